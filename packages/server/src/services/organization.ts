import { accessDenied } from '@assay/wire/errors.ts';
import { isOfOrganization, type Organization, readOrganization, readStanding, type Standing } from '../accounts/organization.ts';
import { withAccounts } from '../db/pool.ts';
import type { ServerContext } from './context.ts';

/** Of an account that was closed after its caller was let in, nothing is known any more. */
export async function standingOf(context: ServerContext): Promise<Standing> {
  return (await readStanding(context.pool, context.account)) ?? closed(context);
}

/** Only the management account may do this. */
export async function requireManagement(context: ServerContext): Promise<Standing> {
  const standing = await standingOf(context);
  if (standing.management !== context.account) {
    throw accessDenied(`${context.operation} is for the management account of the organization; ${context.principal.account} is not it`);
  }
  return standing;
}

/** Only the delegated administrator may do this. */
export async function requireAdministrator(context: ServerContext): Promise<Standing> {
  const standing = await standingOf(context);
  if (!standing.administers) {
    throw accessDenied(
      `${context.operation} is for the delegated administrator; ${context.principal.account} is not it. See EnableDelegatedAdminAccount`,
    );
  }
  return standing;
}

/** The organisation as its management account and its administrator may see it. */
export async function requireOrganization(context: ServerContext): Promise<Organization> {
  const standing = await standingOf(context);
  if (!standing.administers && standing.management !== context.account) {
    throw accessDenied(`${context.operation} is for the management account and the delegated administrator of the organization`);
  }
  return readOrganization(context.pool, standing.management);
}

/** The account whose credentials are meant: the caller's own, or one of the organisation that the caller manages. */
export async function managedAccount(id: string | undefined, context: ServerContext): Promise<number> {
  const account = id === undefined ? context.account : Number(id);
  if (account === context.account) return account;
  const managed = await withAccounts(context.pool, [context.account], (tx) => isOfOrganization(tx, context.account, account));
  if (!managed) throw accessDenied(`${id} is no open account that ${context.principal.account} manages`);
  return account;
}

function closed(context: ServerContext): never {
  throw accessDenied(`The account ${context.principal.account} is closed`);
}
