import type { In, Out } from '@assay/wire/operation-types.ts';
import { removeTags } from '../../../../tags/tags.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { changeTags } from '../../../tagged.ts';

export async function untagResource(input: In<'UntagResource'>, context: ServerContext): Promise<Out<'UntagResource'>> {
  requireRole(context, 'operator');
  await changeTags(context, input.resourceArn ?? '', (tx, tagged) => removeTags(tx, tagged, input.tagKeys ?? []));
  return {};
}
