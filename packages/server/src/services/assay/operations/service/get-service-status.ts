import { ASSAY_VERSION } from '@assay/engine/version.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import type { Role } from '@assay/wire/principal.ts';
import { accountDigits } from '../../../../accounts/identity.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { WAITING } from '../../../../eligibility/limit.ts';
import type { Queryable } from '../../../../jobs/queue.ts';
import { readCurrent } from '../../../../revisions/revisions.ts';
import { RUNNING_DAYS } from '../../../../running/keep.ts';
import { readLookStates } from '../../../../service/look-states.ts';
import type { ServerContext } from '../../../context.ts';

type Status = AssayOut<'GetServiceStatus'>;

/** Names of what the service looks at by itself, as `look` jobs carry them. */
const LOOK_KINDS: Readonly<Record<string, string>> = {
  sample: 'AWS_ECR_CONTAINER_IMAGE',
  host: 'AWS_EC2_INSTANCE',
  checkout: 'CODE_REPOSITORY',
};

export async function getServiceStatus(_input: AssayIn<'GetServiceStatus'>, context: ServerContext): Promise<Status> {
  const { account } = context;
  return withAccounts(context.pool, [account], async (tx) => {
    const current = await readCurrent(tx);
    const database = current === undefined ? undefined : await context.revisions.open(current);
    return {
      version: ASSAY_VERSION,
      region: context.region,
      account: accountDigits(account),
      role: context.principal.role as Role, // a collector does not get here
      startedAt: context.startedAt,
      ...(database === undefined ? {} : { database: databaseStatus(database, context.now()) }),
      ...(current === undefined ? {} : { evaluation: await evaluation(tx, current.id) }),
      counts: await counts(tx, account),
      firstLooks: await firstLooks(tx, account),
      retention: keptDays(context),
    };
  });
}

/** What is not named is kept for ever. */
function keptDays({ retention: { closedFindings, auditRecords } }: ServerContext): Status['retention'] {
  return {
    ...(closedFindings === 0 ? {} : { closedFindingDays: closedFindings }),
    ...(auditRecords === 0 ? {} : { auditRecordDays: auditRecords }),
    runningDays: RUNNING_DAYS,
  };
}

type OpenDatabase = NonNullable<Awaited<ReturnType<ServerContext['revisions']['open']>>>;

function databaseStatus(database: OpenDatabase, now: number): NonNullable<Status['database']> {
  const { info, enrichmentInfo } = database;
  const builtAt = new Date(info.builtAt);
  return {
    revision: info.revision,
    builtAt,
    ageSeconds: Math.max(0, Math.round((now - builtAt.getTime()) / 1000)),
    recordCount: info.records,
    sources: [...info.sources, ...(enrichmentInfo?.sources ?? [])].map((source) => ({
      name: source.id,
      ...(Number.isNaN(Date.parse(source.date)) ? {} : { builtAt: new Date(source.date) }),
      licence: source.licence,
      ...(source.url === undefined ? {} : { url: source.url }),
      recordCount: source.kept,
    })),
  };
}

async function evaluation(tx: Queryable, current: number): Promise<NonNullable<Status['evaluation']>> {
  const { rows } = await tx.query<{ revision: number | null; at: Date | null }>(
    `select max(revision) as revision, max(at) as at from progress where consumer = 'findings'`,
  );
  const done = (rows[0]?.revision ?? 0) >= current;
  return { state: done ? 'DONE' : 'RUNNING', ...(done && rows[0]?.at ? { finishedAt: rows[0].at } : {}) };
}

async function counts(tx: Queryable, account: number): Promise<Status['counts']> {
  const { rows } = await tx.query<Status['counts']>(
    `select 1 as accounts, (select count(*)::int from resource where account = $1) as resources,
       (select count(*)::int from inventory where account = $1) as inventories,
       (select count(*)::int from finding where account = $1 and status = 1) as findings,
       (select count(*)::int from job where account = $1 and state in (0, 1)) as "queuedJobs",
       (select coalesce(sum(${WAITING}), 0)::int from eligibility_sweep where account = $1) as "heldImages"`,
    [account],
  );
  return rows[0] ?? { accounts: 1, resources: 0, findings: 0, queuedJobs: 0 };
}

async function firstLooks(tx: Queryable, account: number): Promise<Status['firstLooks']> {
  const looks = await readLookStates(tx, account);
  return looks.map((one) => ({
    name: one.key,
    kind: LOOK_KINDS[one.key] ?? 'UNKNOWN',
    state: one.state,
    ...(one.arn === undefined ? {} : { resourceArn: one.arn, packageCount: one.packages, gapCount: one.gaps, findingCount: one.findings }),
    ...(one.error === undefined ? {} : { message: one.error }),
    ...(one.finishedAt === undefined ? {} : { finishedAt: one.finishedAt }),
  }));
}
