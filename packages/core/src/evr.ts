import type { PackageType } from './package-type.ts';
import { PACKAGE_TYPES } from './package-type.ts';

/** Inspector's parts of an installed version: `1:3.0.11-1~deb12u2` → epoch 1, version `3.0.11`, release `1~deb12u2`. */
export interface VersionParts {
  readonly epoch: number;
  readonly version: string;
  readonly release?: string;
}

/** Splits versions of operating-system packages (deb, rpm, and apk's `-rN`); every other type has only a version. */
export function versionParts(type: PackageType, raw: string): VersionParts {
  if (!PACKAGE_TYPES[type].os) return { epoch: 0, version: raw };
  const colon = /^(\d{1,9}):/.exec(raw);
  const rest = colon === null ? raw : raw.slice(colon[0].length);
  const dash = rest.lastIndexOf('-');
  const epoch = colon === null ? 0 : Number(colon[1]);
  return dash < 0 ? { epoch, version: rest } : { epoch, version: rest.slice(0, dash), release: rest.slice(dash + 1) };
}
