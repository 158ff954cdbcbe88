import { configProblems } from '@assay/connectors/config.ts';
import { registryAccess } from '@assay/connectors/registry-access.ts';
import type { RegistrySource, SourceConfig, SourceContext } from '@assay/connectors/source.ts';
import { silentLogger } from '@assay/core/context.ts';
import type { RegistryImage } from '@assay/core/registry.ts';
import { createFetcher, type Fetcher, type GuardedResponse } from '@assay/net/guarded-fetch.ts';
import { parseReference } from '@assay/net/oci/reference.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { malformedVariants } from './malformed.ts';

/** A registry that is there, and what it holds. */
export interface RegistryExample {
  readonly config: SourceConfig;
  readonly secret: string;
  readonly repositories: readonly string[];
  /** Of one of them. */
  readonly repository: string;
  readonly images: readonly RegistryImage[];
}

/** What a source is given; waits take no time. */
export function sourceContext(secret = '', more: Partial<SourceContext> = {}): SourceContext {
  const shared = { now: () => performance.timeOrigin + performance.now(), random: () => 0.5, sleep: async () => {} };
  const fetcher = createFetcher({ ...shared, userAgent: 'assay/0.0.0' });
  return { ...shared, secret, fetcher, signal: new AbortController().signal, log: silentLogger, ...more };
}

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** An answer as the fetcher gives it. */
export function fetched(url: string, { status, body = '' }: { readonly status: number; readonly body?: string }): GuardedResponse {
  const bytes = Buffer.from(body);
  return {
    ...{ status, url: new URL(url), headers: new Map([['content-type', 'application/json']]) },
    body: (async function* () {
      yield bytes;
    })(),
    bytes: async () => bytes,
    text: async () => body,
    json: async () => JSON.parse(body) as unknown,
    discard: () => {},
  };
}

/** What holds for every kind of registry without one: settings that are checked, failures that are thrown, secrets that stay. */
export function registryFailures(source: RegistrySource, { config, secret }: Pick<RegistryExample, 'config' | 'secret'>): void {
  describe(`the registry ${source.id} that cannot be read`, () => {
    const said = async (fetcher: Fetcher): Promise<readonly (Error | undefined)[]> => {
      const ctx = sourceContext(secret, { fetcher });
      const asked = [collected(source.repositories(config, ctx)), collected(source.images(config, 'team/app', ctx))];
      return await Promise.all(
        asked.map((one) =>
          one.then(
            () => undefined,
            (error: Error) => error,
          ),
        ),
      );
    };

    it('has settings that are checked, each with a word about it', () => {
      expect(configProblems(source, config, { text: secret, kept: false })).toEqual([]);
      expect(configProblems(source, { ...config, unknownMember: 'x' }, { text: secret, kept: false })).toHaveLength(1);
      for (const [name, field] of Object.entries(source.config)) {
        expect(field.about).not.toBe('');
        if (field.required !== true) continue;
        const { [name]: _, ...rest } = config;
        expect(configProblems(source, rest, { text: secret, kept: false }).map((problem) => problem.field)).toEqual([`config.${name}`]);
      }
      expect(source.permissions).not.toEqual([]);
      expect(parseReference(`${source.host(config)}/any/any`)?.registry).toBe(source.host(config));
    });

    it.each([301, 400, 401, 403, 404, 429, 500, 503])('fails at %d in a sentence, so that nothing seems to be gone', async (status) => {
      for (const error of await said(async ({ url }) => fetched(String(url), { status, body: '{"__type":"NoException"}' }))) {
        expect(error).toMatchObject({ name: 'AssayError', message: expect.stringMatching(/^[^\n]+\.$/) });
        expect(error?.message).not.toContain(secret);
      }
    });

    it.each(['', 'null', '[]', '{}', '"text"', '<html></html>', '{"repositories":7,"tags":{}}'])(
      'fails or is empty at %j',
      async (body) => {
        for (const error of await said(async ({ url }) => fetched(String(url), { status: 200, body }))) {
          if (error !== undefined) expect(error.message).not.toContain(secret);
        }
      },
    );

    it('fails when the network does', async () => {
      for (const error of await said(async () => Promise.reject(new Error('no way there')))) expect(error).toBeInstanceOf(Error);
    });

    it('has events as it claims', () => {
      const { pushEvents, pullEvents } = source.capabilities(config);
      expect(source.events !== undefined).toBe(pushEvents || pullEvents);
      if (source.events === undefined) return;
      for (const body of malformedVariants(Buffer.from('{"events":[{"action":"push"}],"type":"PUSH_ARTIFACT","detail":{}}'))) {
        try {
          source.events(body);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-notification' });
        }
      }
    });
  });
}

/** What holds for a registry that is there. */
export function registryContents(source: RegistrySource, what: string, start: () => Promise<RegistryExample>): void {
  describe(`the registry ${source.id}: ${what}`, () => {
    let example: RegistryExample;
    beforeAll(async () => {
      example = await start();
    });

    it('tells its repositories, each once', async () => {
      const found = await collected(source.repositories(example.config, sourceContext(example.secret)));
      expect(found.sort()).toEqual([...example.repositories].sort());
    });

    it('tells what a repository holds, each digest once, and no more than it claims to know', async () => {
      const found = await collected(source.images(example.config, example.repository, sourceContext(example.secret)));
      const byDigest = (a: RegistryImage, b: RegistryImage): number => ((a.digest ?? '') < (b.digest ?? '') ? -1 : 1);
      expect(found.sort(byDigest)).toEqual([...example.images].sort(byDigest));
      const { untagged, pullTimes } = source.capabilities(example.config);
      if (!untagged) expect(found.filter(({ tags }) => tags.length === 0)).toEqual([]);
      if (!pullTimes) expect(found.filter(({ pulledAt }) => pulledAt !== undefined)).toEqual([]);
    });

    it('gives its credentials to its own host alone', async () => {
      const access = registryAccess(source, example.config, sourceContext(example.secret));
      const host = source.host(example.config);
      expect(await access.credentialsFor?.(host)).toBeDefined();
      for (const other of ['elsewhere.example', `${host}.evil.example`, `x${host}`])
        expect(await access.credentialsFor?.(other)).toBeUndefined();
    });

    it('does not let in whoever has the wrong secret', async () => {
      const wrong = sourceContext(`${example.secret}x`);
      await expect(collected(source.repositories(example.config, wrong))).rejects.toMatchObject({ code: 'unauthorized' });
    });

    it('stops when it is told to', async () => {
      const ctx = sourceContext(example.secret, { signal: AbortSignal.abort() });
      await expect(collected(source.repositories(example.config, ctx))).rejects.toThrow(/\S/);
    });
  });
}
