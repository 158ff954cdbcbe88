import { badRequest, invalidField } from '@assay/wire/errors.ts';
import type { In, Out } from '@assay/wire/operation-types.ts';
import { addTags, MOST_TAGS, tagProblem } from '../../../../tags/tags.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { changeTags } from '../../../tagged.ts';

export async function tagResource(input: In<'TagResource'>, context: ServerContext): Promise<Out<'TagResource'>> {
  requireRole(context, 'operator');
  const tags = input.tags ?? {};
  const problem = tagProblem(tags);
  if (problem !== undefined) throw invalidField('tags', problem);
  await changeTags(context, input.resourceArn ?? '', async (tx, tagged) => {
    if (!(await addTags(tx, tagged, tags))) throw badRequest(`${tagged.arn} would have more than ${MOST_TAGS} tags; remove some first.`);
  });
  return {};
}
