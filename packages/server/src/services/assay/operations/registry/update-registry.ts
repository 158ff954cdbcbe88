import { conflict, invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { newHookWord, sealRegistrySecret, updateRegistry as update } from '../../../../registries/registries.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { notificationPath, requireRegistry, requireRegistryConfig, requireRegistryKind } from '../../registry-shape.ts';

/** Members that are not given stay; `config`, `include` and `frequencies` are replaced whole. A new token ends the old one. */
export async function updateRegistry(input: AssayIn<'UpdateRegistry'>, context: ServerContext): Promise<AssayOut<'UpdateRegistry'>> {
  requireRole(context, 'admin');
  const { registryArn, name, config, secret, include, frequencies, recentDays, crawlMinutes, enabled } = input;
  const { row, hook, result } = await withAccounts(context.pool, [context.account], async (tx) => {
    const row = await requireRegistry(tx, context, registryArn);
    const source = requireRegistryKind(row.kind);
    const host = requireRegistryConfig(source, { config: config ?? row.config, secret, before: row.config }, context);
    if (host !== row.host) throw invalidField('config', `its images are known as ${row.host}: make another registry for ${host}`);
    if (input.newNotificationToken === true && source.events === undefined) {
      throw invalidField('newNotificationToken', `${row.kind} sends no notifications`);
    }
    const hook = input.newNotificationToken === true ? newHookWord() : undefined;
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(config === undefined ? {} : { config }),
      ...(include === undefined ? {} : { include }),
      ...(frequencies === undefined ? {} : { frequencies }),
      ...(recentDays === undefined ? {} : { recentDays }),
      ...(crawlMinutes === undefined ? {} : { crawlMinutes }),
      ...(enabled === undefined ? {} : { enabled }),
      ...(hook === undefined ? {} : { hook: hook.hash }),
    };
    if (secret !== undefined) await sealRegistrySecret(tx, context.sealer, { registry: row, text: secret });
    return { row, hook, result: await update(tx, row, change) };
  });
  if (result === 'name-taken') throw conflict(`There is a registry named ${name} already.`, name ?? '', 'REGISTRY');
  return { registryArn, ...(hook === undefined ? {} : { notificationPath: notificationPath(row), notificationToken: hook.word }) };
}
