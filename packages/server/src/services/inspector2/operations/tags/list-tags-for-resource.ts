import type { In, Out } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { isTaggable } from '../../../../tags/taggable.ts';
import { readTags } from '../../../../tags/tags.ts';
import type { ServerContext } from '../../../context.ts';
import { nothingTagged } from '../../../tagged.ts';

export async function listTagsForResource(input: In<'ListTagsForResource'>, context: ServerContext): Promise<Out<'ListTagsForResource'>> {
  const arn = input.resourceArn ?? '';
  return withAccounts(context.pool, [context.account], async (tx) => {
    if (!(await isTaggable(tx, arn, context))) throw nothingTagged(arn);
    return { tags: (await readTags(tx, [context.account], [arn])).get(arn) ?? {} };
  });
}
