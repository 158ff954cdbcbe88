import { conflict } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { createAccount as create } from '../../../../accounts/directory.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireManagement } from '../../../organization.ts';

/** A new account of the caller's organisation; nobody can sign in to it before CreateAccessKey names it. */
export async function createAccount(input: AssayIn<'CreateAccount'>, context: ServerContext): Promise<AssayOut<'CreateAccount'>> {
  requireRole(context, 'admin');
  const { management } = await requireManagement(context);
  const wanted = input.accountId === undefined ? undefined : Number(input.accountId);
  const who = { management, actor: context.principal.arn, now: new Date(context.now()) };
  const account = await create(context.pool, { ...who, name: input.name, account: wanted });
  context.sight.forget();
  if (account === undefined) throw conflict('There is an account of this number already', input.accountId ?? '', 'ACCOUNT');
  return { accountId: accountDigits(account) };
}
