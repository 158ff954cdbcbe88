import type { Selection } from './cataloger.ts';

/** Whether the path rules of a selection select a regular file (magic is not looked at). `path` has no leading slash. */
export function selectsPath(selection: Selection, path: string): boolean {
  const rooted = `/${path}`;
  const basename = rooted.slice(rooted.lastIndexOf('/') + 1);
  return (
    (selection.basenames?.includes(basename) ?? false) ||
    (selection.suffixes?.some((suffix) => rooted.endsWith(suffix)) ?? false) ||
    (selection.folders?.some((folder) => rooted.includes(folder)) ?? false) ||
    (selection.within?.some(({ folder, suffix }) => rooted.endsWith(suffix) && rooted.includes(folder)) ?? false)
  );
}

/** ELF, Mach-O (both byte orders and universal) and PE by their first four bytes. */
export function isExecutable(head: Buffer): boolean {
  if (head.length < 4) return false;
  if (head[0] === 0x4d && head[1] === 0x5a) return true;
  const magic = head.readUInt32BE(0);
  return EXECUTABLE_MAGICS.has(magic);
}

const EXECUTABLE_MAGICS: ReadonlySet<number> = new Set([
  0x7f454c46, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0xcafebabf,
]);
