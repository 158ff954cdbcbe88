import type { ServiceModel } from './model.ts';

const LOADERS = {
  assay: async () => ({ default: (await import('./assay-model.ts')).assayModel() }),
  'inspector-scan': () => import('../models/inspector-scan.json', { with: { type: 'json' } }),
  inspector2: () => import('../models/inspector2.json', { with: { type: 'json' } }),
  sts: () => import('../models/sts.json', { with: { type: 'json' } }),
} satisfies Record<string, () => Promise<{ default: unknown }>>;

export type ServiceName = keyof typeof LOADERS;
export const SERVICE_NAMES = Object.keys(LOADERS) as ServiceName[];

/** One model, parsed at first use (the largest is 160 kB, about 2 ms); the module cache keeps it. */
export async function loadModel(service: ServiceName): Promise<ServiceModel> {
  return (await LOADERS[service]()).default as unknown as ServiceModel;
}
