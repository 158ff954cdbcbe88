import { randomUUID } from 'node:crypto';
import { clusterKindOf } from '@assay/connectors/clusters.ts';
import { machineKeys } from '@assay/connectors/machine-keys.ts';
import { pumpReports } from '@assay/connectors/report/pump.ts';
import type { ClusterSource } from '@assay/connectors/source.ts';
import { AssayError } from '@assay/core/errors.ts';
import { localMachine } from '@assay/engine/local-machine.ts';
import { fetcherOf, sleepFor } from '@assay/engine/network.ts';
import { openCollectorSecret } from '../collectors/collectors.ts';
import type { HeldCollector } from '../collectors/lease.ts';
import { watchCollectors } from '../collectors/watch.ts';
import { takeReport } from '../running/take-report.ts';
import { onlyNamed } from './registries.ts';
import type { World } from './world.ts';

/** Watches the clusters that people asked the service to watch by itself. */
export function startCollecting(world: World): { stop(): Promise<void> } {
  const { worker: pool, ctx, config, naming, vault } = world;
  const fetcher = fetcherOf(config.network, ctx);
  const machine = { ...localMachine(ctx), awsKeys: machineKeys(ctx.log) };
  const shared = { now: ctx.now, random: Math.random, sleep: sleepFor, log: ctx.log };

  async function watch(collector: HeldCollector, signal: AbortSignal, seen: () => void): Promise<void> {
    const kind = kindOf(collector, config.account);
    const { account, id } = collector;
    const secret = await openCollectorSecret(pool, vault.sealer, collector);
    // Whoever administers the installation may reach what this machine reaches, read its sockets, and be who it is.
    const own = account === config.account;
    const reach = own ? { fetcher, machine } : { fetcher: onlyNamed(fetcher, config.webhookHosts) };
    await pumpReports({
      ...shared,
      signal,
      epoch: collector.epoch,
      watch: (until) => kind.watch(collector.config, { ...shared, ...reach, secret, signal: until }),
      async send(report) {
        const answer = await takeReport({ pool, region: naming.region, now: ctx.now }, { account, collector: id, report });
        if (answer === 'taken') seen();
        return answer;
      },
    });
  }
  return watchCollectors({ db: pool, lease: randomUUID(), watch, now: ctx.now, log: ctx.log });
}

/** @throws AssayError `config` */
function kindOf({ kind, account }: HeldCollector, firstAccount: number): ClusterSource {
  const found = clusterKindOf(kind);
  if (found === undefined) throw new AssayError('config', `This version knows no collectors of kind ${kind}; upgrade, or delete it.`);
  if (found.local === true && account !== firstAccount)
    throw new AssayError('config', `${kind} is read on this machine, which belongs to another account; run assay collect where it runs.`);
  return found;
}
