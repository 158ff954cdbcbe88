import type { In, Out } from '@assay/wire/operation-types.ts';
import { listMembers as list } from '../../../../accounts/members.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';
import { requireAdministrator } from '../../../organization.ts';
import { memberToWire } from '../../account-view.ts';

const PAGE = 50;

/** Associated accounts; with `onlyAssociated: false` the whole organization. */
export async function listMembers(input: In<'ListMembers'>, context: ServerContext): Promise<Out<'ListMembers'>> {
  const { onlyAssociated = true, maxResults: limit = PAGE } = input;
  const { management } = await requireAdministrator(context);
  const after = (openPage(context, { onlyAssociated }, input.nextToken) as number | undefined) ?? -1;
  const rows = await list(context.pool, { management, administrator: context.account, onlyAssociated, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    members: page.map(memberToWire),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, { onlyAssociated }, last.account) } : {}),
  };
}
