import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Spinner from '@cloudscape-design/components/spinner';
import { en, type MessageKey } from '../../i18n/en.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { formatCoverage } from '../resources/coverage-state.ts';
import { useCoverageReasons } from './queries.ts';

/** What is looked at and what is not, by reason, each in proportion to all of them. */
export function Coverage() {
  const { t, format } = useI18n();
  const follow = useFollow();
  const query = useCoverageReasons();
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  const total = query.data?.totalCounts ?? 0;
  const groups = [...(query.data?.countsByGroup ?? [])].sort((a, b) => b.count - a.count);
  return (
    <Container header={<Header variant="h2">{t('overview.coverage')}</Header>}>
      {query.isPending && <Spinner />}
      {query.data !== undefined && groups.length === 0 && t('resources.empty')}
      <ul className="assay-shares">
        {groups.map(({ groupKey, count }) => (
          <li key={groupKey}>
            <Link
              href={`/resources${formatCoverage({ conditions: [{ key: 'scanStatusReason', operator: '=', value: groupKey }] })}`}
              onFollow={follow}
            >
              {reasonText(groupKey, t)}
            </Link>
            <b>{format.number(count)}</b>
            <svg
              viewBox="0 0 100 4"
              preserveAspectRatio="none"
              aria-hidden="true"
              data-series={groupKey === 'SUCCESSFUL' ? 'closed' : 'HIGH'}
            >
              <rect className="back" width="100" height="4" />
              <rect className="fill" width={total > 0 ? (100 * count) / total : 0} height="4" />
            </svg>
          </li>
        ))}
      </ul>
    </Container>
  );
}

function reasonText(reason: string, t: (key: MessageKey) => string): string {
  const key = `reason.${reason}`;
  return Object.hasOwn(en, key) ? t(key as MessageKey) : reason;
}
