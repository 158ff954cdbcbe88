import { canBeEvidence } from '../../reading/owned.ts';

/**
 * Files of a `RECORD` that matter for ownership, as paths of the target. Lines are `path,hash,size` as CSV; paths are relative to the
 * folder that holds the `.dist-info` and may climb (`../../../bin/tool`). Absolute paths and such as climb out of the target are left out.
 */
export function readRecord(bytes: Buffer, { folder, maxEntries }: { folder: string; maxEntries: number }): string[] {
  const paths: string[] = [];
  const base = folder === '' ? [] : folder.split('/');
  for (let start = 0; start < bytes.length && paths.length < maxEntries; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline;
    const path = firstField(bytes.toString('utf8', start, Math.min(end, start + 4096)));
    start = end + 1;
    if (path === '' || path.startsWith('/') || !canBeEvidence(path)) continue;
    const resolved = resolve(base, path);
    if (resolved !== null) paths.push(resolved);
  }
  return paths;
}

function firstField(line: string): string {
  if (!line.startsWith('"')) {
    const comma = line.indexOf(',');
    return comma < 0 ? line.trim() : line.slice(0, comma);
  }
  const close = line.indexOf('"', 1);
  return close < 0 ? '' : line.slice(1, close);
}

function resolve(base: readonly string[], path: string): string | null {
  const parts = [...base];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join('/');
}
