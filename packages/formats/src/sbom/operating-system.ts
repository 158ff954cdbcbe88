import type { ReleaseWords } from './contents.ts';

/** Names of operating system components as tools write them; the longer one first where names contain each other. */
const NAMES: readonly (readonly [string, string])[] = [
  ['red hat', 'rhel'],
  ['redhat', 'rhel'],
  ['oracle', 'ol'],
  ['amazon', 'amzn'],
  ['rocky', 'rocky'],
  ['alma', 'almalinux'],
  ['alpine', 'alpine'],
  ['debian', 'debian'],
  ['ubuntu', 'ubuntu'],
  ['centos', 'centos'],
  ['fedora', 'fedora'],
  ['photon', 'photon'],
  ['wolfi', 'wolfi'],
  ['chainguard', 'chainguard'],
  ['cbl-mariner', 'mariner'],
  ['azure', 'azurelinux'],
  ['opensuse leap', 'opensuse-leap'],
  ['suse linux enterprise server', 'sles'],
];

/** Release words of an operating system component: `Alpine Linux` 3.19.1, `debian` 12.5, `Ubuntu` 22.04. */
export function operatingSystem(name: string, version: string): ReleaseWords {
  const lower = name.trim().toLowerCase().slice(0, 100);
  const known = NAMES.find(([words]) => lower.startsWith(words))?.[1];
  return { id: known ?? lower.replace(/\s+/g, '-'), version };
}
