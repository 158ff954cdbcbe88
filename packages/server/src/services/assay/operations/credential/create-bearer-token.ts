import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { createTokens, TOKEN_LIFE, tokenId } from '../../../../accounts/tokens.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { managedAccount } from '../../../organization.ts';

const DAY = 86_400_000;

/** The token is in this answer and never again. */
export async function createBearerToken(
  input: AssayIn<'CreateBearerToken'>,
  context: ServerContext,
): Promise<AssayOut<'CreateBearerToken'>> {
  requireRole(context, 'admin');
  const account = await managedAccount(input.accountId, context);
  const life = input.days === undefined ? TOKEN_LIFE.bearer : input.days * DAY;
  const owner = { account, name: input.userName, role: input.role };
  const token = await createTokens({ pool: context.pool, now: context.now }).create('bearer', owner, life);
  return { tokenId: tokenId(token), token, expiresAt: new Date(context.now() + life) };
}
