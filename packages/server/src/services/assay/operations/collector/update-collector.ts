import { conflict, invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { isPush, renewToken, sealCollectorSecret, updateCollector as update } from '../../../../collectors/collectors.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { requireCollector, requireCollectorKind } from '../../collector-shape.ts';
import { requireSettings } from '../../settings-shape.ts';

/** Members that are not given stay; `config` is replaced whole. `enabled: false` pauses, `renewToken` ends the token there was. */
export async function updateCollector(input: AssayIn<'UpdateCollector'>, context: ServerContext): Promise<AssayOut<'UpdateCollector'>> {
  requireRole(context, 'admin');
  const { collectorArn, name, config, secret, enabled } = input;
  const result = await withAccounts(context.pool, [context.account], async (tx) => {
    const collector = await requireCollector(tx, context, collectorArn);
    const kind = requireCollectorKind(collector.kind, context);
    requireSettings(kind, { config: config ?? collector.config, secret, before: collector.config }, context);
    if (input.renewToken === true && !isPush(collector))
      throw invalidField('renewToken', 'is for collectors of kind push: no other has a token');
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(config === undefined ? {} : { config }),
      ...(enabled === undefined ? {} : { enabled }),
    };
    if (secret !== undefined) await sealCollectorSecret(tx, context.sealer, { collector, text: secret });
    if ((await update(tx, collector, { change, now: new Date(context.now()) })) === 'name-taken') return 'name-taken';
    return { token: input.renewToken === true ? await renewToken(tx, collector, context.now()) : undefined };
  });
  if (result === 'name-taken') throw conflict(`There is a collector named ${name} already.`, name ?? '', 'COLLECTOR');
  return { collectorArn, ...(result.token === undefined ? {} : { token: result.token }) };
}
