import type { RepositoryPlace } from '../../api/images.ts';

export const TABS = ['repositories', 'registries', 'monitoring'] as const;
export type Tab = (typeof TABS)[number];
export const STATUSES = ['ACTIVE', 'INACTIVE'] as const;
export type ImageStatus = (typeof STATUSES)[number];

/** Everything of the page that a link carries. */
export interface ImagesState {
  readonly tab: Tab;
  /** Host; empty: any. */
  readonly registry: string;
  /** What names begin with. */
  readonly prefix: string;
  /** Only what runs. */
  readonly inUse: boolean;
  /** The repository that is open. */
  readonly at: RepositoryPlace | null;
  /** Of images of the open repository; null: any. */
  readonly status: ImageStatus | null;
  /** Only the image of this digest; empty: all. */
  readonly digest: string;
}
export const DEFAULT_IMAGES: ImagesState = {
  tab: 'repositories',
  registry: '',
  prefix: '',
  inUse: false,
  at: null,
  status: null,
  digest: '',
};

/** Reads `?registry=host&prefix=team/` or `?registry=host&repository=team/app`; what is not understood is ignored. */
export function parseImages(search: string): ImagesState {
  const parameters = new URLSearchParams(search);
  const text = (name: string, shape: RegExp) => {
    const value = parameters.get(name) ?? '';
    return shape.test(value) ? value : '';
  };
  const registry = text('registry', /^[^\p{C}\s]{1,300}$/u);
  const repository = text('repository', /^[^\p{C}]{1,512}$/u);
  const accountId = text('account', /^\d{12}$/);
  const inUse = parameters.get('running') === '1';
  if (registry !== '' && repository !== '') {
    const at = { ...(accountId === '' ? {} : { accountId }), registry, repository };
    const status = STATUSES.find((one) => one === parameters.get('status')) ?? null;
    return { ...DEFAULT_IMAGES, inUse, at, status, digest: text('digest', /^[a-z0-9]+:[0-9a-f]{32,128}$/) };
  }
  const tab = TABS.find((one) => one === parameters.get('tab')) ?? 'repositories';
  return { ...DEFAULT_IMAGES, tab, registry, prefix: text('prefix', /^[^\p{C}]{1,512}$/u), inUse };
}

/** The search part of the address, empty for the default state. */
export function formatImages({ tab, registry, prefix, inUse, at, status, digest }: ImagesState): string {
  const parameters = new URLSearchParams();
  if (at === null) {
    if (tab !== 'repositories') parameters.set('tab', tab);
    if (registry !== '') parameters.set('registry', registry);
    if (prefix !== '') parameters.set('prefix', prefix);
  } else {
    if (at.accountId !== undefined) parameters.set('account', at.accountId);
    parameters.set('registry', at.registry);
    parameters.set('repository', at.repository);
    if (status !== null) parameters.set('status', status);
    if (digest !== '') parameters.set('digest', digest);
  }
  if (inUse) parameters.set('running', '1');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

export function repositoryHref({ accountId, registry, repository }: RepositoryPlace): string {
  const at = { ...(accountId === undefined ? {} : { accountId }), registry, repository };
  return `/images${formatImages({ ...DEFAULT_IMAGES, at })}`;
}
