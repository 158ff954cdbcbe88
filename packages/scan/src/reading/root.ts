/**
 * The root file system that a package database belongs to: everything before the database's own place, without slashes at the ends.
 * `mnt/rootfs/var/lib/dpkg/status` with place `/lib/dpkg/` and the optional prefixes `var`, `usr` → `mnt/rootfs`; `''` for the outermost.
 */
export function rootOf(path: string, place: string): string {
  const rooted = `/${path}`;
  const at = rooted.indexOf(place);
  let head = at < 0 ? '' : rooted.slice(0, at);
  for (const prefix of ['/var', '/usr']) {
    if (head.endsWith(prefix)) {
      head = head.slice(0, -prefix.length);
      break;
    }
  }
  return head.replace(/^\//, '');
}

/** A path below a root file system, as a path of the whole target. */
export function below(root: string, path: string): string {
  return root === '' ? path : `${root}/${path}`;
}
