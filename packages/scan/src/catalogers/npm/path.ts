export interface InstalledPath {
  /** Name that the folder gives, with its scope. */
  readonly name: string;
  /** Every folder above is a package or a package store, as an installer makes it. */
  readonly regular: boolean;
}

const MARK = '/node_modules/';

/** Cheap test: the path ends `node_modules/NAME/package.json` or `node_modules/@SCOPE/NAME/package.json`. */
export function isInstalledPath(path: string): boolean {
  return nameOf(lastPart(path)) !== null;
}

/**
 * What the path of a `package.json` says. Regular: `node_modules/a/node_modules/b`, and the stores of pnpm (`.pnpm/b@1.0.0/node_modules/b`)
 * and yarn (`.store/…`). `node_modules/a/test/node_modules/b` lies inside a package: not regular.
 */
export function parseInstalledPath(path: string): InstalledPath | null {
  const parts = `/${path}`.split(MARK);
  const name = nameOf(parts[parts.length - 1] ?? '');
  if (name === null || parts.length < 2) return null;
  const regular = parts.slice(1, -1).every((part) => isPackageFolder(part) || /^\.(?:pnpm|store)\/[^/]+$/.test(part));
  return { name, regular };
}

function lastPart(path: string): string {
  const rooted = `/${path}`;
  const at = rooted.lastIndexOf(MARK);
  return at < 0 ? '' : rooted.slice(at + MARK.length);
}

function nameOf(part: string): string | null {
  if (!part.endsWith('/package.json')) return null;
  const folder = part.slice(0, -'/package.json'.length);
  return isPackageFolder(folder) ? folder : null;
}

function isPackageFolder(folder: string): boolean {
  return /^(?:@[^/]+\/)?[^/@.][^/]*$/.test(folder);
}
