import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a webhook receives: a POST of JSON, signed. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends it and answers the HTTP status; a broken connection throws. `@assay/net` gives one that refuses private addresses. */
export type SendWebhook = (request: WebhookRequest, signal: AbortSignal) => Promise<{ readonly status: number }>;

/**
 * `Assay-Signature: t=SECONDS,v1=HEX`, HEX being HMAC-SHA-256 of `SECONDS.BODY` under the sink's secret: a receiver that checks the time
 * refuses replays. `Assay-Delivery` is equal for repeated deliveries of the same events.
 */
export function webhookRequest(
  to: { readonly url: string; readonly secret: string },
  delivery: string,
  body: string,
  now: number,
): WebhookRequest {
  const seconds = Math.floor(now / 1000);
  return {
    url: to.url,
    headers: {
      'content-type': 'application/json',
      'assay-delivery': delivery,
      'assay-signature': `t=${seconds},v1=${signature(to.secret, seconds, body)}`,
    },
    body,
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
