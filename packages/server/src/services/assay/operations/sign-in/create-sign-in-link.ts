import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { createTokens, TOKEN_LIFE } from '../../../../accounts/tokens.ts';
import type { ServerContext } from '../../../context.ts';

/** A one-time link into the console for whoever holds the caller's credentials: same user, same role. */
export async function createSignInLink(_input: AssayIn<'CreateSignInLink'>, context: ServerContext): Promise<AssayOut<'CreateSignInLink'>> {
  const { principal, account } = context;
  const name = principal.arn.slice(principal.arn.lastIndexOf('user/') + 'user/'.length);
  const expiresAt = new Date(context.now() + TOKEN_LIFE['sign-in']);
  const token = await createTokens({ pool: context.pool, now: context.now }).create('sign-in', { account, name, role: principal.role });
  return { path: `/sign-in#${token}`, expiresAt };
}
