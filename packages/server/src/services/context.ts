import { accessDenied, invalidField } from '@assay/wire/errors.ts';
import type { RequestContext } from '@assay/wire/gateway.ts';
import type { PagingTokens } from '@assay/wire/paging-token.ts';
import { mayAct, type PrincipalRole } from '@assay/wire/principal.ts';
import type pg from 'pg';
import { accountDigits } from '../accounts/identity.ts';
import type { Sight } from '../accounts/sight.ts';
import type { BlobStore } from '../blobs/blobs.ts';
import type { FindingArns } from '../findings/list/arn-predicate.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { AdvisoryFiles } from '../revisions/advisory-files.ts';
import type { Sealer } from '../secrets/sealer.ts';

/** What the process gives to every operation. Further domain modules are added here, once, by the composition root. */
export interface ServerDependencies {
  /** Pool of the role api: bound by row-level security, used through `withAccounts`. */
  readonly pool: pg.Pool;
  readonly sight: Sight;
  /** Filters that an account may have; Amazon's limit is 500. */
  readonly mostFilters: number;
  /** Days for which things are kept; 0 is for ever. */
  readonly retention: { readonly closedFindings: number; readonly auditRecords: number };
  readonly region: string;
  readonly paging: PagingTokens;
  readonly arns: FindingArns;
  readonly blobs: BlobStore;
  readonly revisions: AdvisoryFiles;
  readonly sealer: Sealer;
  readonly keys: KeyRing;
  /** Where an account's reports and exports lie. */
  readonly objectsOf: (account: number) => Promise<ObjectStore>;
  /** Of the key that seals stored secrets; admins of `account` may turn it. */
  readonly sealing: { readonly account: number; rotate(): Promise<number> };
  readonly startedAt: Date;
  /** The installation's own: its administrators run the machine. */
  readonly firstAccount: number;
  /** US dollars for one of a usage type; 0 unless given. */
  readonly prices: Readonly<Record<string, number>>;
}

export interface ServerContext extends RequestContext, ServerDependencies {
  /** The caller's account as the number that rows carry. */
  readonly account: number;
}

/** What a collector may call. Here and not in each operation: reading needs no role, and a new operation is closed to collectors. */
const OF_COLLECTORS: ReadonlySet<string> = new Set(['assay ReportRunning']);

export function serverContext(request: RequestContext, dependencies: ServerDependencies): ServerContext {
  if (request.principal.role === 'collector' && !OF_COLLECTORS.has(`${request.service} ${request.operation}`))
    throw accessDenied(`${request.principal.arn} is a collector, which reports what runs and may do nothing else`);
  return { ...dependencies, ...request, account: Number(request.principal.account) };
}

/** Call first in every operation that changes something. Operators work on findings, rules and exports; accounts, keys and settings need an admin. */
export function requireRole(context: RequestContext, needed: PrincipalRole): void {
  if (!mayAct(context.principal.role, needed)) {
    throw accessDenied(`${context.principal.arn} is ${context.principal.role}; ${context.operation} needs the role ${needed}`);
  }
}

/** The accounts whose data the caller sees: its own and, for a delegated administrator, its members'. Every read names exactly these. */
export function seenAccounts(context: ServerContext): Promise<readonly number[]> {
  return context.sight.of(context.account);
}

/** The state of a list that goes on, or undefined for its first page. `query` is the input without nextToken and maxResults. */
export function openPage(context: ServerContext, query: unknown, nextToken: string | undefined): unknown {
  if (nextToken === undefined) return undefined;
  if (nextToken === '') throw invalidField('nextToken', 'must not be empty');
  return context.paging.open(binding(context, query), nextToken);
}

export function sealPage(context: ServerContext, query: unknown, state: unknown): string {
  return context.paging.seal(binding(context, query), state);
}

function binding(context: ServerContext, query: unknown) {
  return { account: accountDigits(context.account), operation: `${context.service}:${context.operation}`, query };
}
