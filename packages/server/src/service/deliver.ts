import { addressOver, sendOver } from '@assay/connectors/send.ts';
import { fetcherOf } from '@assay/engine/network.ts';
import { startDelivery } from '../events/run.ts';
import { sinkSecretPlace } from '../events/sinks.ts';
import type { FindingArns } from '../findings/list/arn-predicate.ts';
import type { FindingView } from '../findings/view.ts';
import type { Sealer } from '../secrets/sealer.ts';
import { findingToWire } from '../services/inspector2/shapes/finding.ts';
import type { World } from './world.ts';

/** Sends events to the sinks that people set up, for as long as the service runs. */
export function startDelivering(
  world: World,
  { sealer, arns }: { readonly sealer: Sealer; readonly arns: FindingArns },
): { stop(): Promise<void> } {
  const { worker: pool, ctx, config } = world;
  const { region } = config;
  async function secretOf(account: number, id: number): Promise<string> {
    const place = sinkSecretPlace({ account, id });
    const { rows } = await pool.query<{ sealed: Buffer }>('select sealed from secret where account = $1 and id = $2', [account, place.id]);
    const sealed = rows[0]?.sealed;
    return sealed === undefined ? '' : sealer.open(place, sealed);
  }
  function describe(view: FindingView): Readonly<Record<string, unknown>> {
    return JSON.parse(JSON.stringify(findingToWire(view, arns.format(view.account, view.id), region)));
  }
  const send = sendOver(fetcherOf(config.network, ctx), config.webhookHosts);
  const addressOf = addressOver(config.webhookHosts);
  return startDelivery({ pool, send, addressOf, secretOf, telling: { region, findingArn: arns.format, describe }, ctx });
}
