import Button from '@cloudscape-design/components/button';
import { type Cluster, useNamespaces } from '../../api/clusters.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { inPlace } from '../../ui/location.tsx';

interface NamespacesProps {
  readonly cluster: Cluster;
  /** Null: all. */
  readonly chosen: string | null;
  readonly hrefOf: (namespace: string | null) => string;
}

/** A list of links with how much runs in each; the bar is its share of the one that runs most. */
export function Namespaces({ cluster, chosen, hrefOf }: NamespacesProps) {
  const { t } = useI18n();
  const query = useNamespaces(cluster.clusterArn);
  const rows = query.data?.pages.flatMap(({ namespaces }) => namespaces) ?? [];
  const most = Math.max(1, ...rows.map((row) => row.runningUnitCount));
  const all = {
    workloadCount: cluster.workloadCount,
    runningUnitCount: cluster.runningUnitCount,
    unresolvedImageCount: cluster.unresolvedImageCount,
  };
  return (
    <nav className="assay-namespaces" aria-label={t('clusters.namespaces')}>
      <h2>{t('clusters.namespaces')}</h2>
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
      <ul>
        <Row name={t('clusters.allNamespaces')} counts={all} share={0} current={chosen === null} href={hrefOf(null)} />
        {rows.map((row) => (
          <Row
            key={row.namespace}
            name={row.namespace}
            counts={row}
            share={row.runningUnitCount / most}
            current={row.namespace === chosen}
            href={hrefOf(row.namespace)}
          />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button variant="inline-link" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('clusters.moreNamespaces')}
        </Button>
      )}
    </nav>
  );
}

interface RowProps {
  readonly name: string;
  readonly counts: Pick<Cluster, 'workloadCount' | 'runningUnitCount' | 'unresolvedImageCount'>;
  readonly share: number;
  readonly current: boolean;
  readonly href: string;
}
function Row({ name, counts, share, current, href }: RowProps) {
  const { t } = useI18n();
  const { workloadCount, runningUnitCount, unresolvedImageCount } = counts;
  const parts = [t('clusters.countWorkloads', { count: workloadCount }), t('clusters.countRunning', { count: runningUnitCount })];
  if (unresolvedImageCount > 0) parts.push(t('clusters.countUnresolved', { count: unresolvedImageCount }));
  return (
    <li>
      <a href={href} aria-current={current ? 'true' : undefined} onClick={(event) => inPlace(event, href)}>
        <b className="assay-break">{name}</b>
        <span className="assay-quiet">{parts.join(' · ')}</span>
        {share > 0 && (
          <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect className="back" width="100" height="4" />
            <rect className="fill" width={100 * share} height="4" />
          </svg>
        )}
      </a>
    </li>
  );
}
