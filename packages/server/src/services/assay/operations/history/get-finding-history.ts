import { FINDING_STATUS, FIX_AVAILABLE } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { nameOfCode } from '../../../../findings/code-name.ts';
import { type HistoryEvent, readHistory } from '../../../../findings/history.ts';
import { EVENT_KIND } from '../../../../findings/write/event-kind.ts';
import { filterArn } from '../../../../suppression/filter-arn.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';

type WireEvent = AssayOut<'GetFindingHistory'>['events'][number];
const PAGE = 100;

/** Every change of a finding, oldest first: who, when, with which advisories, and what it was afterwards. */
export async function getFindingHistory(
  input: AssayIn<'GetFindingHistory'>,
  context: ServerContext,
): Promise<AssayOut<'GetFindingHistory'>> {
  const { nextToken, maxResults, ...query } = input;
  const after = (openPage(context, query, nextToken) as number | undefined) ?? 0;
  const limit = maxResults ?? PAGE;
  const key = context.arns.parse(input.findingArn);
  const seen = key !== undefined && (await seenAccounts(context)).includes(key.account);
  const rows = seen ? await withAccounts(context.pool, [key.account], (tx) => readHistory(tx, key, { after, limit: limit + 1 })) : [];
  if (rows.length === 0 && after === 0) throw resourceNotFound('There is no such finding.');
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    events: page.map((event) => toWire(event, (rule) => filterArn(context.region, context.account, rule))),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, query, last.seq) } : {}),
  };
}

function toWire(event: HistoryEvent, ruleArn: (rule: number) => string): WireEvent {
  const { change, packages } = event;
  const purls = (ids: readonly number[]): string[] => ids.map((id) => packages[id] ?? `${id}`);
  return {
    at: event.at,
    kind: nameOfCode(EVENT_KIND, event.kind),
    actor: event.actor,
    ...(event.revision === null ? {} : { revision: event.revision }),
    ...(change.status === undefined ? {} : { status: nameOfCode(FINDING_STATUS, change.status[1]) }),
    ...(change.severity === undefined ? {} : { severity: nameOfCode(SEVERITY_CODES, change.severity[1]) }),
    ...(change.score === undefined || change.score[1] < 0 ? {} : { score: Number(change.score[1].toFixed(1)) }),
    ...(change.fix === undefined ? {} : { fixAvailable: nameOfCode(FIX_AVAILABLE, change.fix[1]) }),
    ...(change.rule === undefined ? {} : { ruleArn: ruleArn(change.rule) }),
    ...(change.added === undefined ? {} : { packagesAdded: purls(change.added) }),
    ...(change.removed === undefined ? {} : { packagesRemoved: purls(change.removed) }),
  };
}
