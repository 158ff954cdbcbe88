import { createHmac, timingSafeEqual } from 'node:crypto';
import type { OutgoingRequest, Sink } from '../../sink.ts';

/** POSTs `{ "events": […] }` to `config.url`. Any 2xx takes the batch. */
export const webhook: Sink = {
  id: 'webhook',
  async deliver(config, batch, ctx) {
    const body = JSON.stringify({ events: batch.events });
    const request = webhookRequest(
      { url: String(config['url'] ?? ''), secret: ctx.secret },
      { delivery: batch.delivery, body, now: ctx.now() },
    );
    const { status } = await ctx.send(request, ctx.signal);
    if (status < 200 || status > 299) throw new Error(`the receiver answered ${status}`);
  },
};

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
