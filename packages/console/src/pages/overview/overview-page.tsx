import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { navigate, usePlace } from '../../ui/location.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { SeverityBar } from '../findings/severity-bar.tsx';
import { Coverage } from './coverage.tsx';
import { Movers, Remediation, UrgentPackages } from './small-tables.tsx';
import { Trends } from './trends.tsx';
import { WhatRuns } from './what-runs.tsx';

const SPANS = ['30', '90', '365'] as const;
const DAY = 86_400;

/** Where things stand and where they go: the page for whoever has a minute. */
export function OverviewPage() {
  const { t } = useI18n();
  const { now } = useEnvironment();
  const { search } = usePlace();
  const asked = new URLSearchParams(search).get('days');
  const span = SPANS.find((days) => days === asked) ?? '30';
  const startTime = (Math.floor(now() / 1000 / DAY) - Number(span) + 1) * DAY;
  return (
    <PageFrame title="overview.title">
      <SpaceBetween size="l">
        <Header
          variant="h1"
          actions={
            <SegmentedControl
              label={t('overview.span')}
              selectedId={span}
              options={SPANS.map((id) => ({ id, text: t('overview.days', { count: Number(id) }) }))}
              onChange={(event) => navigate(`/overview?days=${event.detail.selectedId}`, { replace: true })}
            />
          }
        >
          {t('overview.title')}
        </Header>
        <SeverityBar />
        <div className="assay-panels">
          <div>
            <WhatRuns />
          </div>
          <div>
            <Coverage />
          </div>
          <Trends startTime={startTime} />
          <div>
            <UrgentPackages />
          </div>
          <div>
            <Movers startTime={startTime} />
          </div>
          <div>
            <Remediation startTime={startTime} />
          </div>
        </div>
      </SpaceBetween>
    </PageFrame>
  );
}
