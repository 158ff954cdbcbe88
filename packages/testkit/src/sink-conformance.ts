import { configProblems } from '@assay/connectors/config.ts';
import type { IncomingAnswer, OutgoingRequest, Sink, SinkConfig, SinkContext } from '@assay/connectors/sink.ts';
import { describe, expect, it } from 'vitest';
import { findingMessage, groupMessage, hostileMessages, testMessage } from './sink-messages.ts';

export interface SinkExample {
  readonly config: SinkConfig;
  readonly secret?: string;
  /** What a receiver answers that takes everything; absent for sinks that do not speak HTTP. */
  readonly taken?: (request: OutgoingRequest) => { readonly status: number; readonly body?: string };
  /** Most bytes of one request. */
  readonly mostBytes?: number;
}

/** An answer as `SendRequest` gives it. */
export function answerOf({ status, body = '' }: { readonly status: number; readonly body?: string }): IncomingAnswer {
  return { status, headers: new Map([['content-type', 'application/json']]), body: Buffer.from(body) };
}

/** A context whose receiver is `send`; tickets are kept in memory. */
export function sinkContext(send: SinkContext['send'], secret = '', more: Partial<SinkContext> = {}): SinkContext {
  const kept = new Map<string, string>();
  return {
    ...{ secret, now: () => Date.parse('2026-11-22T10:11:12Z'), signal: new AbortController().signal, send },
    addressOf: async () => Promise.reject(new Error('an internal address')),
    tickets: { find: async (key) => kept.get(key), remember: async (key, ticket) => void kept.set(key, ticket) },
    ...more,
  };
}

/** What holds for every sink: settings that are checked, failures that are thrown, secrets that stay. */
export function sinkConformance(sink: Sink, { config, secret = '', taken, mostBytes = 256 * 1024 }: SinkExample): void {
  const message = sink.modes.includes('EACH') ? findingMessage() : groupMessage({ place: 'shop/app' });
  const batch = { delivery: '1-7-7', messages: [message] };
  const wanted = hostileMessages().filter(
    (one) => one.type === 'test' || one.type === 'service' || (one.type === 'group') !== sink.modes.includes('EACH'),
  );

  describe(`the sink ${sink.id}`, () => {
    it('checks its settings and names what is wrong', () => {
      const given = secret === '' ? { text: undefined, kept: false } : { text: secret, kept: false };
      expect(configProblems(sink, config, given)).toEqual([]);
      expect(configProblems(sink, { ...config, unknownMember: 'x' }, given).map(({ field }) => field)).toEqual(['config.unknownMember']);
      for (const [name, field] of Object.entries(sink.config)) {
        expect(field.about).not.toBe('');
        if (field.required !== true) continue;
        const { [name]: _, ...rest } = config;
        expect(configProblems(sink, rest, given).map((problem) => problem.field)).toEqual([`config.${name}`]);
      }
      if (sink.secret?.required === true) {
        expect(configProblems(sink, config, { text: undefined, kept: false }).map(({ field }) => field)).toEqual(['secret']);
        expect(configProblems(sink, config, { text: undefined, kept: true })).toEqual([]);
      }
    });

    it('fails when the network does, and keeps its secret', async () => {
      const refused = sinkContext(async () => Promise.reject(new Error('no way there')), secret);
      const error = await sink.deliver(config, batch, refused).then(
        () => undefined,
        (problem: Error) => problem,
      );
      expect(error).toBeInstanceOf(Error);
      if (secret !== '') expect(String(error)).not.toContain(secret);
    });

    if (taken === undefined) return;

    it.each([301, 400, 401, 404, 429, 500, 503])('fails when the receiver answers %d', async (status) => {
      const send = async (): Promise<IncomingAnswer> => answerOf({ status, body: '{"message":"no","__type":"NoException"}' });
      await expect(sink.deliver(config, batch, sinkContext(send, secret))).rejects.toThrow(/\S/);
    });

    it('sends whatever texts it is given, within the limits of its receiver', async () => {
      const sent: OutgoingRequest[] = [];
      const send = async (request: OutgoingRequest): Promise<IncomingAnswer> => {
        sent.push(request);
        return answerOf(taken(request));
      };
      await sink.deliver(
        config,
        { delivery: '1-7-10', messages: [...wanted, ...Array.from({ length: 40 }, () => message)] },
        sinkContext(send, secret),
      );
      await sink.deliver(config, { delivery: '1-0-0', messages: [testMessage()] }, sinkContext(send, secret));
      expect(sent.length).toBeGreaterThan(1);
      for (const { url, headers, body = '' } of sent) {
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(mostBytes);
        for (const value of Object.values(headers)) expect(value).not.toMatch(/[\r\n]/);
        expect(URL.canParse(url)).toBe(true);
        if (body.length > 0) expect(() => JSON.parse(String(body))).not.toThrow();
      }
    });
  });
}
