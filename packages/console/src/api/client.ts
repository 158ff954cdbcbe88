import type { FindingExplanation, ServiceStatus } from './assay-types.ts';
import type {
  AccountCounts,
  CoverageFilterCriteria,
  FindingDetail,
  ListCoverageInput,
  ListCoverageOutput,
  ListFindingsInput,
  ListFindingsOutput,
  ListTitlesInput,
  TitleCounts,
} from './types.ts';

export type Service = 'inspector2' | 'assay';
/** `window.fetch` in the browser; the composition root passes it in. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** An AWS restJson1 error as the service modelled it, or `NetworkError` when no answer came. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly requestId: string | undefined;
  constructor(code: string, message: string, answer: { status: number; requestId?: string | undefined }) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = answer.status;
    this.requestId = answer.requestId;
  }
}

/** No session or an expired one: the person needs a new sign-in link. A role that may not do something is told on the page. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403) && error.code !== 'AccessDeniedException';
}

/** Every call the console makes: same origin, public API, session cookie, no other header than the two of `send`. */
export interface Client {
  signIn(token: string): Promise<void>;
  signOut(): Promise<void>;
  /** Whether people may sign in through an identity provider. */
  hasIdentityProvider(): Promise<boolean>;
  listFindings(input: ListFindingsInput, signal?: AbortSignal): Promise<ListFindingsOutput>;
  listTitles(input: ListTitlesInput, signal?: AbortSignal): Promise<{ titles: TitleCounts[]; nextToken?: string }>;
  countAccounts(signal?: AbortSignal): Promise<AccountCounts[]>;
  findingDetails(findingArn: string, signal?: AbortSignal): Promise<FindingDetail | undefined>;
  listCoverage(input: ListCoverageInput, signal?: AbortSignal): Promise<ListCoverageOutput>;
  countCoverage(filterCriteria: CoverageFilterCriteria, signal?: AbortSignal): Promise<number>;
  serviceStatus(signal?: AbortSignal): Promise<ServiceStatus>;
  explainFinding(findingArn: string, signal?: AbortSignal): Promise<FindingExplanation>;
  deleteResource(resourceArn: string): Promise<{ resourceArn: string }>;
  /** Any other operation of a service: the files beside this one name path, input and output. */
  ask<T>(service: Service, path: string, body: unknown, signal?: AbortSignal): Promise<T>;
}

export function createClient(fetch: Fetch): Client {
  const send = (request: Call) => call(fetch, request);
  const inspector = <T>(path: string, body: unknown, signal?: AbortSignal) =>
    send({ service: 'inspector2', method: 'POST', path, body, signal }) as Promise<T>;
  const assay = <T>(path: string, body: unknown, signal?: AbortSignal) =>
    send({ service: 'assay', method: 'POST', path, body, signal }) as Promise<T>;
  return {
    async signIn(token) {
      await send({ method: 'POST', path: '/session', body: { token } });
    },
    async signOut() {
      await send({ method: 'DELETE', path: '/session' });
    },
    async hasIdentityProvider() {
      const methods = (await send({ method: 'GET', path: '/sign-in/methods' })) as { oidc?: boolean } | undefined;
      return methods?.oidc === true;
    },
    listFindings: (input, signal) => inspector('/findings/list', input, signal),
    async listTitles({ titleAggregation, ...page }, signal) {
      const body = { aggregationType: 'TITLE', aggregationRequest: { titleAggregation }, ...page };
      const output = await inspector<AggregationOutput>('/findings/aggregation/list', body, signal);
      const titles = (output.responses ?? []).flatMap((row) => (row.titleAggregation ? [row.titleAggregation] : []));
      return { titles, ...(output.nextToken === undefined ? {} : { nextToken: output.nextToken }) };
    },
    async countAccounts(signal) {
      const output = await inspector<AggregationOutput>('/findings/aggregation/list', { aggregationType: 'ACCOUNT' }, signal);
      return (output.responses ?? []).flatMap((row) => (row.accountAggregation ? [row.accountAggregation] : []));
    },
    async findingDetails(findingArn, signal) {
      const body = { findingArns: [findingArn] };
      const output = await inspector<{ findingDetails?: FindingDetail[] }>('/findings/details/batch/get', body, signal);
      return output.findingDetails?.[0];
    },
    listCoverage: (input, signal) => inspector('/coverage/list', input, signal),
    async countCoverage(filterCriteria, signal) {
      const output = await inspector<{ totalCounts?: number }>('/coverage/statistics/list', { filterCriteria }, signal);
      return output.totalCounts ?? 0;
    },
    serviceStatus: (signal) => assay('/assay/status/get', {}, signal),
    explainFinding: (findingArn, signal) => assay('/assay/findings/explain', { findingArn }, signal),
    deleteResource: (resourceArn) => assay('/assay/resources/delete', { resourceArn }),
    ask: <T>(service: Service, path: string, body: unknown, signal?: AbortSignal) =>
      send({ service, method: 'POST', path, body, signal }) as Promise<T>,
  };
}

interface AggregationOutput {
  responses?: { titleAggregation?: TitleCounts; accountAggregation?: AccountCounts }[];
  nextToken?: string;
}
interface Call {
  service?: Service;
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

async function call(fetch: Fetch, request: Call): Promise<unknown> {
  const headers: Record<string, string> = { 'x-assay-csrf': '1', accept: 'application/json' };
  if (request.service !== undefined) headers['x-assay-service'] = request.service;
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  const init: RequestInit = { method: request.method, headers, credentials: 'same-origin', redirect: 'error', cache: 'no-store' };
  if (request.body !== undefined) init.body = JSON.stringify(request.body);
  if (request.signal !== undefined) init.signal = request.signal;
  const response = await reach(fetch, request.path, init);
  const text = await response.text();
  const body = parse(text);
  if (!response.ok) throw errorOf(response, body);
  return body;
}

async function reach(fetch: Fetch, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('NetworkError', 'The service does not answer.', { status: 0 });
  }
}

function parse(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function errorOf(response: Response, body: unknown): ApiError {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const type = response.headers.get('x-amzn-errortype') ?? (typeof fields['__type'] === 'string' ? fields['__type'] : '');
  // `Name:http://…` and `namespace#Name` are both in use on the wire.
  const code = type.split(':')[0]?.split('#').pop() || `Http${response.status}`;
  const message = fields['message'] ?? fields['Message'];
  return new ApiError(code, typeof message === 'string' ? message : '', {
    status: response.status,
    requestId: response.headers.get('x-amzn-requestid') ?? undefined,
  });
}
