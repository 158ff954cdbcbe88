import { accessDenied, invalidField } from '@assay/wire/errors.ts';
import { readStanding } from '../accounts/organization.ts';
import { withAccounts } from '../db/pool.ts';
import { filterArn, filterId } from '../suppression/filter-arn.ts';
import { type Filter, lockFilter } from '../suppression/filter-row.ts';
import {
  approveFilter,
  type Change,
  createFilter,
  type FilterProblem,
  type FilterTerms,
  removeFilter,
  updateFilter,
} from '../suppression/filters.ts';
import { needsApproval } from '../suppression/settings.ts';
import { settleNow } from '../suppression/settling.ts';
import { addTags, dropTags, MOST_TAGS, type Tags } from '../tags/tags.ts';
import { type ServerContext, seenAccounts } from './context.ts';
import { isBusy } from './database-errors.ts';

export async function changeOf(context: ServerContext): Promise<Change> {
  const { account, region, principal } = context;
  if ((await readStanding(context.pool, account))?.administrator !== undefined) {
    throw accessDenied(`${principal.account} is a member: its delegated administrator makes and changes filters`);
  }
  const approved = principal.role === 'admin' || !(await withAccounts(context.pool, [account], (tx) => needsApproval(tx, account)));
  return { account, region, actor: principal.arn, now: new Date(context.now()), approved };
}

export async function addFilter(
  context: ServerContext,
  { tags, ...terms }: FilterTerms & { readonly tags: Tags },
): Promise<Filter | FilterProblem> {
  const change = await changeOf(context);
  return withAccounts(context.pool, [context.account], async (tx) => {
    const made = await createFilter(tx, terms, { ...change, quota: context.mostFilters });
    if (typeof made === 'string' || Object.keys(tags).length === 0) return made;
    const arn = filterArn(context.region, made.account, made.id);
    if (!(await addTags(tx, { account: made.account, arn }, tags))) throw invalidField('tags', `must have at most ${MOST_TAGS} entries`);
    return made;
  });
}

/** @param next what changes, from what is; a throw changes nothing. */
export async function changeFilter(
  context: ServerContext,
  arn: string,
  next: (was: Filter) => Partial<FilterTerms>,
): Promise<Filter | FilterProblem> {
  const id = filterId(arn, context.region, context.account);
  if (id === undefined) return 'unknown';
  const change = await changeOf(context);
  return withAccounts(context.pool, [context.account], async (tx) => {
    const was = await lockFilter(tx, context.account, id);
    return was === undefined ? 'unknown' : updateFilter(tx, { ...next(was), id }, change);
  });
}

export async function dropFilter(context: ServerContext, arn: string): Promise<Filter | undefined> {
  const id = filterId(arn, context.region, context.account);
  if (id === undefined) return undefined;
  const change = await changeOf(context);
  return withAccounts(context.pool, [context.account], async (tx) => {
    const gone = await removeFilter(tx, id, change);
    if (gone !== undefined) await dropTags(tx, { account: gone.account, arn });
    return gone;
  });
}

/** An admin agrees to a rule as it stands. */
export async function agreeToFilter(context: ServerContext, arn: string): Promise<Filter | undefined> {
  const id = filterId(arn, context.region, context.account);
  if (id === undefined) return undefined;
  const change = await changeOf(context);
  return withAccounts(context.pool, [context.account], (tx) => approveFilter(tx, id, change));
}

/** Makes the findings follow before the caller is answered; where that is too much, or somebody is in the way, the queued job does it. */
export async function settleInRequest(context: ServerContext, filter: Filter): Promise<void> {
  if (filter.applied) return;
  const naming = { region: context.region, arns: context.arns };
  try {
    await withAccounts(context.pool, await seenAccounts(context), (tx) => settleNow(tx, filter, { naming, now: new Date(context.now()) }));
  } catch (error) {
    if (!isBusy(error)) throw error;
    context.log.info('a rule is left to its job', { filter: filter.id });
  }
}
