import type { RegistryCapabilities } from '@assay/core/registry.ts';

/** What a registry of a product tells through the registry protocol and the notifications that we read. */
type ProductCapabilities = Pick<RegistryCapabilities, 'repositories' | 'pushEvents' | 'pullEvents'>;

const NOTHING: ProductCapabilities = { repositories: false, pushEvents: false, pullEvents: false };
const LISTS: ProductCapabilities = { ...NOTHING, repositories: true };
const ALL: ProductCapabilities = { repositories: true, pushEvents: true, pullEvents: true };

/**
 * Products behind the registry protocol. What only an interface of their own tells (pull counts of Docker Hub, packages of GitHub) is not
 * claimed: those who need repositories listed there name them.
 */
export const PRODUCTS: Readonly<Record<string, ProductCapabilities>> = {
  distribution: ALL,
  zot: LISTS,
  quay: LISTS,
  artifactory: LISTS,
  /** Its webhooks are single events of distribution's form, of pushes and deletions. */
  acr: { ...LISTS, pushEvents: true },
  /** Self-managed: the registry inside is distribution, whose list only its administrator may read. */
  gitlab: { ...ALL, repositories: false },
  'gitlab.com': NOTHING,
  ghcr: NOTHING,
  'docker-hub': NOTHING,
  gar: NOTHING,
};

const HOSTS: readonly (readonly [RegExp, string])[] = [
  [/^docker\.io$/, 'docker-hub'],
  [/^ghcr\.io$/, 'ghcr'],
  [/^registry\.gitlab\.com$/, 'gitlab.com'],
  [/^quay\.io$/, 'quay'],
  [/\.azurecr\.(?:io|cn|us)$/, 'acr'],
  [/\.pkg\.dev$|(?:^|\.)gcr\.io$/, 'gar'],
];

/** What was said, else what the host is known for. */
export function productOf(said: string | undefined, host: string): ProductCapabilities {
  const name = said ?? HOSTS.find(([pattern]) => pattern.test(host))?.[1] ?? 'distribution';
  return PRODUCTS[name] ?? NOTHING;
}
