import type { StsIn, StsOut } from '@assay/wire/operation-types.ts';
import type { ServerContext } from '../../../context.ts';

/** Terraform asks this before anything else, and takes the account for its resource ids. */
export async function getCallerIdentity(_input: StsIn<'GetCallerIdentity'>, context: ServerContext): Promise<StsOut<'GetCallerIdentity'>> {
  const { account, arn, userId } = context.principal;
  return { Account: account, Arn: arn, UserId: userId };
}
