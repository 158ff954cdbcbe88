import type { SendReport } from '@assay/connectors/report/pump.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { RunningImage } from '@assay/core/running.ts';
import type { RunningReport } from '@assay/core/running-report.ts';
import type { Fetcher } from '@assay/net/guarded-fetch.ts';

export interface Receiver {
  /** Address of the service. */
  readonly server: string;
  readonly token: string;
  /** Plain HTTP to another machine. */
  readonly insecure: boolean;
}

const ANSWERS = { TAKEN: 'taken', RESYNC: 'resync', PAUSED: 'paused' } as const;
const TIMEOUT_MS = 60_000;
/** Statuses after which the same report may be taken. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Sends reports to the operation ReportRunning. */
export function sendReports(fetcher: Fetcher, { server, token, insecure }: Receiver): SendReport {
  const url = new URL(`${server.replace(/\/+$/, '')}/assay/collectors/report`);
  const headers = { authorization: `Bearer ${token}`, 'x-assay-service': 'assay', 'content-type': 'application/json' };
  return async (report, signal) => {
    const body = JSON.stringify(reportToWire(report));
    const request = {
      url,
      method: 'POST',
      headers,
      body,
      insecure,
      signal,
      maxBytes: 65_536,
      timeoutMs: TIMEOUT_MS,
      maxRedirects: 0,
    } as const;
    const answer = await fetcher(request);
    const text = (await answer.bytes()).toString('utf8');
    const { answer: word, message } = membersOf(text);
    const known = Object.hasOwn(ANSWERS, String(word)) ? ANSWERS[word as keyof typeof ANSWERS] : undefined;
    if (answer.status === 200 && known !== undefined) return known;
    const reason = typeof message === 'string' ? message : `it answered ${answer.status}`;
    if (PASSING.has(answer.status)) throw new Error(`${url.host}: ${reason}`);
    throw refusal(answer.status, reason, url.origin);
  };
}

function membersOf(text: string): { readonly answer?: unknown; readonly message?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // not an answer of the service
    return {};
  }
}

function refusal(status: number, reason: string, origin: string): AssayError {
  if (status === 401 || status === 403)
    return new AssayError(
      'collector-refused',
      `${origin} does not take this token (${reason}); make one with "assay cluster add" or "renew".`,
    );
  if (status === 409) return new AssayError('collector-refused', `${origin} refuses: ${reason}`);
  return new AssayError('collector-refused', `${origin} takes no reports (${reason}); is it an Assay service of this version?`);
}

/** Times are seconds on the wire. */
function reportToWire({ part, observedAt, scope, images, ...rest }: RunningReport): object {
  return {
    ...rest,
    part: part.toUpperCase().replace('-', '_'),
    observedAt: observedAt / 1000,
    ...(scope === undefined ? {} : { scope: 'all' in scope ? {} : scope }),
    ...(images === undefined ? {} : { images: images.map(imageToWire) }),
  };
}

function imageToWire({ lastSeen, stopped, ...image }: RunningImage): object {
  return { ...image, lastSeen: lastSeen / 1000, stopped: stopped.map(({ hour, count }) => ({ hour: hour / 1000, count })) };
}
