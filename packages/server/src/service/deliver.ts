import { sendOver } from '@assay/connectors/send.ts';
import { AssayError } from '@assay/core/errors.ts';
import { fetcherOf } from '@assay/engine/network.ts';
import { startDelivery } from '../events/run.ts';
import { sinkSecretPlace } from '../events/webhooks.ts';
import type { FindingArns } from '../findings/list/arn-predicate.ts';
import type { Sealer } from '../secrets/sealer.ts';
import type { World } from './world.ts';

/** Sends finding events to the sinks that people set up, for as long as the service runs. */
export function startDelivering(
  world: World,
  { sealer, arns }: { readonly sealer: Sealer; readonly arns: FindingArns },
): { stop(): Promise<void> } {
  const { worker: pool, ctx, config } = world;
  const send = sendOver(fetcherOf(config.network, ctx), config.webhookHosts);
  async function secretOf(account: number, sink: number): Promise<string> {
    const place = sinkSecretPlace(account, sink);
    const { rows } = await pool.query<{ sealed: Buffer }>('select sealed from secret where account = $1 and id = $2', [account, place.id]);
    const sealed = rows[0]?.sealed;
    if (sealed === undefined) throw new AssayError('sink-secret', 'The sink has no signing secret; remove it and make it again.');
    return sealer.open(place, sealed);
  }
  return startDelivery({ pool, send, secretOf, findingArn: arns.format, ctx });
}
