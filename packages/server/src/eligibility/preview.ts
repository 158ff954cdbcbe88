import { eligibility } from '@assay/core/eligibility.ts';
import { FINDING_STATUS } from '@assay/core/finding.ts';
import { type EcrSetting, readConfiguration } from '../accounts/configuration.ts';
import { RELATIONSHIP } from '../accounts/organization.ts';
import type { Queryable } from '../jobs/queue.ts';
import { readWatch } from './facts.ts';
import { mostNow } from './limit.ts';
import { monitoredImages } from './monitored-images.ts';
import { windowsOf } from './windows.ts';

export interface WindowsPreview {
  readonly windows: EcrSetting;
  /** That the windows would hold for: members that have none of their own and watch a registry follow their administrator. */
  readonly accounts: number;
  readonly monitored: number;
  /** Of these: would lapse. */
  readonly lapsing: number;
  /** Of these: would wait for an operator, since they are too many at once. */
  readonly held: number;
  /** Open ones of what would lapse. */
  readonly findings: number;
}

/** What would lapse now if these windows held; members of a setting that are not named stay. The transaction sees all accounts of the circle. */
export async function previewWindows(tx: Queryable, account: number, change: Partial<EcrSetting>, now: Date): Promise<WindowsPreview> {
  const setting = { ...(await readConfiguration(tx, account)).ecr, ...change };
  const followers = await tx.query<{ account: number }>(
    `select m.account from member m join account a on a.account = m.account
     where m.administrator = $1 and m.status = ${RELATIONSHIP.ENABLED} and a.state = 1 and not a.settings ? 'ecr'
       and exists (select from resource r where r.account = m.account and r.frequency is not null)`,
    [account],
  );
  const accounts = [account, ...followers.rows.map((row) => row.account)];
  const sum = { monitored: 0, lapsing: 0, held: 0, findings: 0 };
  for (const one of accounts) {
    const counts = await previewAccount(tx, one, setting, now);
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += counts[name];
  }
  return { windows: setting, accounts: accounts.length, ...sum };
}

async function previewAccount(tx: Queryable, account: number, setting: EcrSetting, now: Date) {
  const windows = windowsOf(setting);
  const at = now.getTime();
  const counts = { monitored: 0, lapsing: 0, findings: 0 };
  for await (const images of monitoredImages(tx, { account, watch: await readWatch(tx, account), now: at })) {
    const states = images.map(({ id, facts }) => ({ id, state: eligibility(facts, windows, at) }));
    const lapsing = states.filter(({ state }) => state === 'EXPIRED').map(({ id }) => id);
    counts.monitored += states.filter(({ state }) => state !== 'NOT_CONTINUOUS').length;
    counts.lapsing += lapsing.length;
    counts.findings += await openFindings(tx, account, lapsing);
  }
  const most = await mostNow(tx, { account, images: counts.monitored, now });
  return { ...counts, held: counts.lapsing > most ? counts.lapsing : 0 };
}

async function openFindings(tx: Queryable, account: number, resources: readonly number[]): Promise<number> {
  if (resources.length === 0) return 0;
  const { rows } = await tx.query<{ open: number }>(
    `select count(*)::int as open from finding where account = $1 and resource = any($2::bigint[]) and status <> ${FINDING_STATUS.CLOSED}`,
    [account, resources],
  );
  return rows[0]?.open ?? 0;
}
