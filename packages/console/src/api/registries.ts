import type { Frequency } from './images.ts';
import { useAnswer } from './use-answer.ts';

export const CAPABILITIES = ['repositories', 'untagged', 'pushEvents', 'pullEvents', 'pullTimes', 'referrers'] as const;
export type Capabilities = Record<(typeof CAPABILITIES)[number], boolean>;

export interface FrequencyRule {
  pattern: string;
  frequency: Frequency;
}
export interface Registry {
  registryArn: string;
  name: string;
  kind: string;
  host: string;
  config: Record<string, string>;
  include: string[];
  frequencies: FrequencyRule[];
  recentDays: number;
  crawlMinutes: number;
  status: 'ACTIVE' | 'FAILING' | 'PAUSED';
  capabilities?: Capabilities;
  notificationPath?: string;
  lastCrawledAt?: number;
  nextCrawlAt?: number;
  /** So many images were missing at the last crawl that nothing was ended yet. */
  missingImages?: number;
  lastError?: string;
}
export interface RegistryCounts {
  repositories: number;
  images: number;
  waiting: number;
  failed: number;
}
export interface RegistryField {
  name: string;
  about: string;
  required: boolean;
}
export interface RegistryKind {
  kind: string;
  fields: RegistryField[];
  secret?: RegistryField;
  capabilities: Capabilities;
  permissions: string[];
}
/** Told once, where the registry can notify. */
export interface Notification {
  notificationPath?: string;
  notificationToken?: string;
}

export function useRegistries(nextToken?: string) {
  return useAnswer<{ registries: Registry[]; nextToken?: string }>('assay', '/assay/registries/list', {
    maxResults: 50,
    ...(nextToken === undefined ? {} : { nextToken }),
  });
}
export function useRegistryCounts(registryArn: string) {
  return useAnswer<{ registry: Registry; counts: RegistryCounts }>('assay', '/assay/registries/get', { registryArn });
}
export function useRegistryKinds() {
  return useAnswer<{ kinds: RegistryKind[] }>('assay', '/assay/registries/kinds/list', {});
}
