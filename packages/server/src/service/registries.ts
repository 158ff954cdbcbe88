import { setTimeout as pause } from 'node:timers/promises';
import { machineKeys } from '@assay/connectors/machine-keys.ts';
import { registryKindOf } from '@assay/connectors/registries.ts';
import { localMachine } from '@assay/engine/local-machine.ts';
import { fetcherOf } from '@assay/engine/network.ts';
import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import type { RegistryDependencies } from '../registries/open-source.ts';
import type { World } from './world.ts';

/** What crawls and looks need of this process; one way out, so that its limits per host hold for all of them. */
export function registryDependencies(world: World): RegistryDependencies {
  const { worker: pool, blobs, revisions, ctx, naming, config, vault } = world;
  const fetcher = fetcherOf(config.network, ctx, { perHost: true });
  const machine = { ...localMachine(ctx), awsKeys: machineKeys(ctx.log) };
  const forOthers = onlyNamed(fetcher, config.webhookHosts);
  return {
    ...{ pool, blobs, revisions, ctx, naming, region: config.region, sealer: vault.sealer, sourceOf: registryKindOf },
    // Admins of the first account administer the installation; others' registries are addresses that a tenant chose.
    fetcherFor: (account) => (account === config.account ? fetcher : forOthers),
    machineFor: (account) => (account === config.account ? machine : undefined),
    random: Math.random,
    sleep: async (milliseconds, signal) => void (await pause(milliseconds, undefined, signal === undefined ? {} : { signal })),
  };
}

/** Internal addresses and plain HTTP only for hosts that the operator named. */
export function onlyNamed(fetcher: Fetcher, hosts: readonly string[]): Fetcher {
  const isNamed = (host: string): boolean => hosts.includes(host) || hosts.includes(host.replace(/:\d+$/, ''));
  return (request) => {
    const known = isNamed(new URL(request.url).host);
    return fetcher({
      ...request,
      foreign: !known,
      insecure: known && request.insecure === true,
      named: (request.named ?? []).filter(isNamed),
    });
  };
}
