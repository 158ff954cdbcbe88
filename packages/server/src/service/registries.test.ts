import type { GuardedRequest } from '@assay/net/guarded-fetch.ts';
import { describe, expect, it } from 'vitest';
import { onlyNamed } from './registries.ts';

describe('what a tenant may reach', () => {
  async function sent(request: GuardedRequest): Promise<GuardedRequest> {
    const seen: GuardedRequest[] = [];
    const stop = new Error('sent');
    const fetcher = onlyNamed(
      async (given) => {
        seen.push(given);
        throw stop;
      },
      ['registry.internal', '127.0.0.1:5000'],
    );
    await expect(fetcher(request)).rejects.toBe(stop);
    return seen[0]!;
  }

  it.each([
    ['an internal address of its own choice', 'https://10.0.0.1/v2/', { foreign: true, insecure: false, named: [] }],
    ['another port of a host that is named with one', 'http://127.0.0.1:22/', { foreign: true, insecure: false, named: [] }],
    [
      'what the operator named, with any port',
      'http://registry.internal:5000/v2/',
      { foreign: false, insecure: true, named: ['registry.internal'] },
    ],
    ['what the operator named with its port', 'http://127.0.0.1:5000/v2/', { foreign: false, insecure: true, named: ['127.0.0.1:5000'] }],
  ])('%s', async (_, url, expected) => {
    const { host, hostname } = new URL(url);
    const named = ['evil.example', ...(url.includes('internal') ? [hostname] : [host])];
    expect(await sent({ url, maxBytes: 1, insecure: true, named })).toMatchObject(expected);
  });
});
