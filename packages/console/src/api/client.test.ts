import { describe, expect, it } from 'vitest';
import { ApiError, createClient, isSignedOut } from './client.ts';

function recorder(answer: { status?: number; headers?: Record<string, string>; body?: string }) {
  const calls: { path: string; init: RequestInit }[] = [];
  const client = createClient(async (path, init) => {
    calls.push({ path, init });
    const status = answer.status ?? 200;
    return new Response(status === 204 ? null : (answer.body ?? '{}'), { status, headers: answer.headers ?? {} });
  });
  return { client, calls };
}

describe('calls', () => {
  it('name the service and carry the header that foreign pages cannot send', async () => {
    const { client, calls } = recorder({ body: '{"findings":[]}' });
    await client.listFindings({ maxResults: 5 });
    expect(calls[0]?.path).toBe('/findings/list');
    expect(calls[0]?.init).toMatchObject({
      method: 'POST',
      body: '{"maxResults":5}',
      credentials: 'same-origin',
      headers: { 'x-assay-service': 'inspector2', 'x-assay-csrf': '1', 'content-type': 'application/json' },
    });
    await client.serviceStatus();
    expect(calls[1]).toMatchObject({ path: '/assay/status/get', init: { headers: { 'x-assay-service': 'assay' } } });
  });

  it('sign in and out with answers that have no body', async () => {
    const { client, calls } = recorder({ status: 204 });
    await client.signIn('token-token');
    await client.signOut();
    expect(calls.map(({ path, init }) => [init.method, path, init.body])).toEqual([
      ['POST', '/session', '{"token":"token-token"}'],
      ['DELETE', '/session', undefined],
    ]);
  });

  it('take the rows of an aggregation out of their union', async () => {
    const { client } = recorder({ body: '{"responses":[{"titleAggregation":{"title":"a"}},{"other":{}}],"nextToken":"n"}' });
    expect(await client.listTitles({ titleAggregation: {} })).toEqual({ titles: [{ title: 'a' }], nextToken: 'n' });
  });
});

describe('errors', () => {
  const failure = async (answer: Parameters<typeof recorder>[0]) =>
    recorder(answer)
      .client.listFindings({})
      .catch((error: unknown) => error);

  it('have the name that the service gave, in either spelling', async () => {
    const headers = { 'x-amzn-errortype': 'ValidationException:http://x/', 'x-amzn-requestid': 'r1' };
    expect(await failure({ status: 400, headers, body: '{"message":"bad"}' })).toMatchObject({
      code: 'ValidationException',
      message: 'bad',
      status: 400,
      requestId: 'r1',
    });
    expect(await failure({ status: 429, body: '{"__type":"com.x#ThrottlingException"}' })).toMatchObject({ code: 'ThrottlingException' });
    expect(await failure({ status: 502, body: '<html>' })).toMatchObject({ code: 'Http502', message: '' });
  });

  it('tell a missing session from all others', async () => {
    expect(isSignedOut(await failure({ status: 401 }))).toBe(true);
    expect(isSignedOut(await failure({ status: 403 }))).toBe(true);
    const refused = { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } };
    expect(isSignedOut(await failure(refused))).toBe(false);
    expect(isSignedOut(await failure({ status: 404 }))).toBe(false);
    expect(isSignedOut(new Error('401'))).toBe(false);
  });

  it('say so when nobody answers', async () => {
    const client = createClient(() => Promise.reject(new TypeError('Failed to fetch')));
    const error = await client.serviceStatus().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'NetworkError', status: 0 });
  });
});
