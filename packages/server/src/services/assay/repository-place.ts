import { resourceNotFound } from '@assay/wire/errors.ts';
import type { RepositoryKey } from '../../registries/lists/repositories.ts';
import { type ServerContext, seenAccounts } from '../context.ts';

interface Asked {
  readonly accountId?: string | undefined;
  readonly registry: string;
  readonly repository: string;
}

/** The repository that is asked for, of the caller's account or of one that it sees. @throws ResourceNotFoundException */
export async function requirePlace({ accountId, registry, repository }: Asked, context: ServerContext): Promise<RepositoryKey> {
  const account = accountId === undefined ? context.account : Number(accountId);
  if (!(await seenAccounts(context)).includes(account)) throw noRepository({ registry, repository });
  return { account, registry, repository };
}

export function noRepository({ registry, repository }: Pick<Asked, 'registry' | 'repository'>): Error {
  return resourceNotFound(`There is no repository ${repository} of ${registry}.`);
}
