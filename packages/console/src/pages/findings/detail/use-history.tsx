import { type RanWorkload, useRunningHistory } from '../../../api/running.ts';
import type { Finding } from '../../../api/types.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { useEnvironment } from '../../../ui/environment.tsx';
import { vulnerabilityOf } from '../finding-facts.ts';
import { HOUR, stretch } from './use-stretch.ts';

const DAYS = 90;
const DAY = 86_400;

/** Where the vulnerability was known to run in the last months: a bar a workload, from the first hour to the last. */
export function UseHistory({ finding }: { finding: Finding }) {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  const today = Math.floor(now() / 1000 / DAY) * DAY;
  const begin = today - (DAYS - 1) * DAY;
  const resourceArn = finding.resources?.[0]?.id ?? '';
  const query = useRunningHistory({ resourceArn, vulnerabilityId: vulnerabilityOf(finding), startTime: begin });
  const workloads = query.data?.workloads ?? [];
  if (workloads.length === 0) return null;
  return (
    <figure className="assay-chart assay-uses">
      <figcaption>{t('detail.useHistory', { count: DAYS })}</figcaption>
      <ul className="assay-shares">
        {workloads.map((one) => (
          <Use key={`${one.clusterArn} ${one.namespace} ${one.workloadKind} ${one.workloadName} ${one.image}`} use={one} begin={begin} />
        ))}
      </ul>
      <div className="assay-span assay-quiet" aria-hidden="true">
        <span>{format.date(begin)}</span>
        <span>{format.date(now() / 1000)}</span>
      </div>
    </figure>
  );
}

function Use({ use, begin }: { use: RanWorkload; begin: number }) {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  const { clusterName, namespace, workloadKind, workloadName, firstAt, lastAt, runningMost } = use;
  const bar = stretch({ firstAt, lastAt }, { begin, end: now() / 1000 });
  return (
    <li>
      <span className="assay-break">
        {[clusterName, namespace, `${workloadKind} ${workloadName}`].filter((part) => part.trim() !== '').join(' / ')}
      </span>
      <span className="assay-number">{t('detail.most', { count: runningMost })}</span>
      <svg viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true" focusable="false" data-series="closed">
        <rect className="back" width="1000" height="6" />
        <rect className="fill" x={bar.start * 1000} width={(bar.end - bar.start) * 1000} height="6" />
      </svg>
      <span className="assay-quiet">
        {format.dateTime(firstAt)} – {format.dateTime(Math.min(lastAt + HOUR, now() / 1000))}
      </span>
    </li>
  );
}
