import { readFileSync } from 'node:fs';
import type { AssayOperations } from '@assay/wire/assay-types.ts';
import { signSigV4 } from '@assay/wire/sigv4/sign.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { type Finding, Inspector2Client, type ListFindingsCommandInput, paginateListFindings } from '@aws-sdk/client-inspector2';
import { until } from './processes.ts';
import { type Keys, readKeys, type Service } from './service.ts';

export const REGION = 'us-east-1';
type Door = Pick<Service, 'address' | 'credentialsFile'>;

/** Amazon's own client, pointed at the service. */
export function inspector(service: Door, keys: Keys = readKeys(service.credentialsFile)): Inspector2Client {
  return new Inspector2Client({ endpoint: service.address, region: REGION, credentials: keys, maxAttempts: 2 });
}

export async function allFindings(client: Inspector2Client, input: ListFindingsCommandInput = {}): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const page of paginateListFindings({ client, pageSize: 100 }, input)) found.push(...(page.findings ?? []));
  return found;
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** One request to the extension service, signed. A body makes it a POST. */
export async function call<T>(service: Door, target: string, body?: Uint8Array | string): Promise<Answer<T>> {
  const url = new URL(target, service.address);
  const method = body === undefined ? 'GET' : 'POST';
  const bytes = Buffer.from(body ?? '');
  const headers = signSigV4(
    { method, url, body: bytes },
    { ...readKeys(service.credentialsFile), region: REGION, service: 'assay' },
    Date.now(),
  );
  const { host: _, ...sent } = headers;
  const answer = await fetch(url, { method, headers: sent, ...(body === undefined ? {} : { body: bytes }) });
  return { status: answer.status, body: (await answer.json()) as T };
}

/** What an operation of the extension service answers; anything but success is an error. */
export async function ask<T>(service: Door, operation: string, input: object = {}): Promise<T> {
  const { status: code, body } = await call<T>(service, operation, JSON.stringify(input));
  if (code !== 200) throw new Error(`${operation} answered ${code}: ${JSON.stringify(body)}`);
  return body;
}

export type Status = Wire<AssayOperations['GetServiceStatus']['output']>;
export type Submission = Wire<AssayOperations['GetSubmission']['output']>;

export async function status(service: Door): Promise<Status> {
  return (await call<Status>(service, '/assay/status/get', '{}')).body;
}

export interface Submit {
  readonly repository?: string;
  readonly tag?: string;
  readonly name?: string;
}

/** Hands a document over; returns once the service has acknowledged it. */
export async function submit(service: Door, document: string | Uint8Array, options: Submit = {}): Promise<string> {
  const { status: code, body } = await call<{ jobId: string }>(
    service,
    `/assay/submissions?${new URLSearchParams({ ...options })}`,
    document,
  );
  if (code !== 202) throw new Error(`SubmitInventory answered ${code}: ${JSON.stringify(body)}`);
  return body.jobId;
}

export async function submitted(service: Door, jobId: string, within = 60_000): Promise<Submission> {
  let last: Submission | undefined;
  await until(
    async () => {
      last = (await call<Submission>(service, `/assay/submissions/${jobId}`)).body;
      return last.status === 'SUCCEEDED' || last.status === 'FAILED';
    },
    { within, what: () => `submission ${jobId}, which is ${JSON.stringify(last)}` },
  );
  return last as Submission;
}

/** A CycloneDX document of these packages. */
export function bomOf(purls: readonly string[], name = 'bom'): string {
  const components = purls.map((purl) => {
    const [, before = '', version = ''] = /^pkg:[^/]+\/(.+)@([^?]+)/.exec(purl) ?? [];
    return { type: 'library', name: decodeURIComponent(before), version, purl };
  });
  return JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component: { type: 'container', name } }, components });
}

export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
