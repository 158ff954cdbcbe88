import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { useAnswer } from './use-answer.ts';

export const CAPABILITIES = ['repositories', 'untagged', 'pushEvents', 'pullEvents', 'pullTimes', 'referrers'] as const;
export type Capabilities = Record<(typeof CAPABILITIES)[number], boolean>;

export type FrequencyRule = Wire<assay.RegistryFrequency>;
export type Registry = Wire<assay.RegistrySummary>;
export type RegistryCounts = Wire<assay.RegistryCounts>;
export type RegistryField = Wire<assay.RegistryField>;
export type RegistryKind = Wire<assay.RegistryKind>;
/** Told once, where the registry can notify. */
export type Notification = Pick<assay.CreateRegistryResponse, 'notificationPath' | 'notificationToken'>;

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
