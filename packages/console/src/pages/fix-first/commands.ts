import { packageType, packageTypeOfName } from '@assay/core/package-type.ts';
import type { FixPackage } from '../../api/fix-first.ts';
import { shellWord } from '../../format/shell-word.ts';
import { isRepository } from './links.ts';

/**
 * What to run to get the version that fixes it; undefined where nobody can say. `installed` are the names under which an operating system
 * knows it. Names come from whatever was scanned: each stays one word, and none becomes an option.
 */
export function upgradeCommand({ name, type = '', fixedInVersion }: FixPackage, installed: readonly string[]): string | undefined {
  const known = packageTypeOfName(type);
  if (known === undefined || fixedInVersion === undefined) return undefined;
  const { os, upgrade } = packageType(known);
  const names = os ? [...new Set(installed)] : [name];
  if (upgrade === undefined || names.length === 0 || [...names, fixedInVersion].some((word) => !/^[\w@]/.test(word))) return undefined;
  return upgrade(names, fixedInVersion)
    .map((words) => words.map(shellWord).join(' '))
    .join(' && ');
}

/** Undefined for what lies in no repository: there is no image to build. */
export function rebuildCommand(place: string): string | undefined {
  return isRepository(place) && /^\w/.test(place) ? `docker build --pull -t ${shellWord(place)} .` : undefined;
}

/** The line of a Dockerfile that names a base by its digest; undefined where the newer image is not known. */
export function fromLine(place: string | undefined, newerImageArn: string | undefined): string | undefined {
  const digest = /sha256:[0-9a-f]{64}$/.exec(newerImageArn ?? '')?.[0];
  return place === undefined || digest === undefined ? undefined : `FROM ${place}@${digest}`;
}
