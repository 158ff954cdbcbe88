import { type ApiError, resourceNotFound } from '@assay/wire/errors.ts';
import { type Transaction, withAccounts } from '../db/pool.ts';
import { lockTaggable } from '../tags/taggable.ts';
import type { Tagged } from '../tags/tags.ts';
import type { ServerContext } from './context.ts';

export function nothingTagged(arn: string): ApiError {
  return resourceNotFound(`There is nothing with tags that is named ${arn}.`);
}

/** Changes the tags of what the ARN names in one transaction; ResourceNotFoundException when the caller's account has no such thing. */
export function changeTags(context: ServerContext, arn: string, work: (tx: Transaction, tagged: Tagged) => Promise<void>): Promise<void> {
  return withAccounts(context.pool, [context.account], async (tx) => {
    if (!(await lockTaggable(tx, arn, context))) throw nothingTagged(arn);
    await work(tx, { account: context.account, arn });
  });
}
