import { createHmac, timingSafeEqual } from 'node:crypto';
import { atLeast, webAddress } from '../../config.ts';
import type { SinkMessage } from '../../message.ts';
import { type OutgoingRequest, requireTaken, type Sink } from '../../sink.ts';

/** POSTs `{ "events": […] }` to `config.url`. Any 2xx takes the batch. */
export const webhook: Sink = {
  id: 'webhook',
  config: { url: { about: 'where to POST', required: true, check: webAddress } },
  secret: { about: 'signs every delivery', required: true, check: atLeast(16) },
  modes: ['EACH', 'GROUPED', 'HOURLY_DIGEST', 'DAILY_DIGEST'],
  async deliver(config, batch, ctx) {
    const body = JSON.stringify({ events: batch.messages.map(bodyOf) });
    const to = { url: config['url'] ?? '', secret: ctx.secret };
    requireTaken(await ctx.send(webhookRequest(to, { delivery: batch.delivery, body, now: ctx.now() }), ctx.signal));
  },
};

/** The whole finding can be asked for by its ARN; here it would make a batch megabytes. */
function bodyOf(message: SinkMessage): object {
  if (message.type !== 'finding') return message;
  const { detail: _, ...rest } = message;
  return rest;
}

/**
 * `Assay-Signature: t=SECONDS,v1=HEX`, HEX being HMAC-SHA-256 of `SECONDS.BODY` under the sink's secret: a receiver that checks the time
 * refuses replays. `Assay-Delivery` is equal for repeated deliveries of the same events.
 */
export function webhookRequest(
  to: { readonly url: string; readonly secret: string },
  what: { readonly delivery: string; readonly body: string; readonly now: number },
): OutgoingRequest {
  const seconds = Math.floor(what.now / 1000);
  return {
    url: to.url,
    headers: {
      'content-type': 'application/json',
      'assay-delivery': what.delivery,
      'assay-signature': `t=${seconds},v1=${signature(to.secret, seconds, what.body)}`,
    },
    body: what.body,
  };
}

/** For receivers and tests: whether a signature is ours and at most `toleranceSeconds` old. */
export function verifyWebhook(
  header: string,
  body: string,
  check: { readonly secret: string; readonly now: number; readonly toleranceSeconds: number },
): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header);
  if (match === null) return false;
  const seconds = Number(match[1]);
  if (Math.abs(check.now / 1000 - seconds) > check.toleranceSeconds) return false;
  return timingSafeEqual(Buffer.from(match[2]!, 'hex'), Buffer.from(signature(check.secret, seconds, body), 'hex'));
}

function signature(secret: string, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
}
