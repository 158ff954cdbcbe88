import { conflict, quotaExceeded } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { createRegistry as create, MOST_REGISTRIES, newHookWord, sealRegistrySecret } from '../../../../registries/registries.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { registryArn } from '../../registry-arn.ts';
import { notificationPath, requireRegistryConfig, requireRegistryKind } from '../../registry-shape.ts';

/** The secret is sealed at once; nobody can read it back. The token for notifications is in this answer and never again. */
export async function createRegistry(input: AssayIn<'CreateRegistry'>, context: ServerContext): Promise<AssayOut<'CreateRegistry'>> {
  requireRole(context, 'admin');
  const { account } = context;
  const { name, kind, secret, config = {}, include = ['**'], frequencies = [], recentDays = 30, crawlMinutes = 60 } = input;
  const source = requireRegistryKind(kind);
  const host = requireRegistryConfig(source, { config, secret }, context);
  const hook = source.events === undefined ? undefined : newHookWord();
  const wish = { name, kind, host, config, include, frequencies, recentDays, crawlMinutes };
  const made = await withAccounts(context.pool, [account], async (tx) => {
    const registry = await create(tx, account, { wish, hook: hook?.hash ?? null });
    if (typeof registry !== 'string' && secret !== undefined) {
      await sealRegistrySecret(tx, context.sealer, { registry: { account, ...registry }, text: secret });
    }
    return registry;
  });
  if (made === 'too-many') throw quotaExceeded(`An account has at most ${MOST_REGISTRIES} registries.`, context.principal.account);
  if (made === 'name-taken') throw conflict(`There is a registry named ${name} already.`, name, 'REGISTRY');
  const row = { account, ...made };
  return {
    registryArn: registryArn(context.region, row),
    ...(hook === undefined ? {} : { notificationPath: notificationPath(row), notificationToken: hook.word }),
  };
}
