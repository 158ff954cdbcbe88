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

/** ELF, Mach-O (both byte orders and universal) and PE by their first eight bytes. */
export function isExecutable(head: Buffer): boolean {
  if (head.length < 4) return false;
  if (head[0] === 0x4d && head[1] === 0x5a) return true;
  const magic = head.readUInt32BE(0);
  // A Java class file begins with the same four bytes as a universal Mach-O; its next word is a version of 45 or more, not a count.
  if (magic === 0xcafebabe || magic === 0xcafebabf) return head.length >= 8 && head.readUInt32BE(4) < 45;
  return EXECUTABLE_MAGICS.has(magic);
}

const EXECUTABLE_MAGICS: ReadonlySet<number> = new Set([0x7f454c46, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);
