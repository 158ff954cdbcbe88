import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../parse-arguments.ts';
import { serviceClient } from './client.ts';
import { collected, writeList } from './write-list.ts';

type Ran = Wire<assay.RanWorkload>;

const DAY = 86_400;

export async function whereItRan(given: Arguments, cli: Cli): Promise<number> {
  const [what] = given.positionals;
  const startTime = dayOf(given.value('on'), cli.ctx.now());
  const input = {
    ...(given.flag('package') ? { packageName: what } : { vulnerabilityId: what }),
    ...{ startTime, endTime: startTime + DAY },
  };
  const ran = await collected(serviceClient(given, cli).all<Ran>('/assay/history/running', 'workloads', { input }));
  if (ran.length === 0 && given.value('format') !== 'json') {
    const day = new Date(startTime * 1000).toISOString().slice(0, 10);
    cli.terminal.out.write(`Nothing that was seen running on ${day} (UTC) had an open finding of ${what}.\n`);
    return EXIT.ok;
  }
  const columns = {
    CLUSTER: 'clusterName',
    NAMESPACE: 'namespace',
    KIND: 'workloadKind',
    WORKLOAD: 'workloadName',
    MOST: 'runningMost',
    ENDED: 'stoppedCount',
    LAST: 'lastAt',
    IMAGE: 'image',
  } as const;
  return writeList(ran, { given, cli, columns });
}

/** Seconds since the epoch of a day's begin. AssayError `usage`. */
function dayOf(text: string | undefined, now: number): number {
  if (text === undefined) return Math.floor(now / 1000 / DAY) * DAY;
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at)) throw usage('assay running', `--on ${text} is no day; write 2026-11-22`);
  return at / 1000;
}
