import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useI18n } from '../../i18n/i18n.tsx';
import { navigate, usePlace } from '../../ui/location.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { FilterBox } from '../findings/filter-box.tsx';
import { type FixFirstState, formatFixFirst, parseFixFirst } from './fix-first-state.ts';
import { QueueTable } from './queue-table.tsx';
import { Upgrades } from './upgrades.tsx';
import { WhatRuns } from './what-runs.tsx';

/** What to do next: the few upgrades that remove most, and everything in order. */
export function FixFirstPage() {
  const { t } = useI18n();
  const { search } = usePlace();
  const state = parseFixFirst(search);
  const change = (part: Partial<FixFirstState>) => navigate(`/fix-first${formatFixFirst({ ...state, ...part })}`);
  return (
    <PageFrame title="fixFirst.title">
      <SpaceBetween size="l">
        <Header variant="h1" description={t('fixFirst.intro')}>
          {t('fixFirst.title')}
        </Header>
        <WhatRuns />
        <FilterBox
          grouped
          conditions={state.conditions}
          status="ACTIVE"
          onConditions={(conditions) => change({ conditions })}
          onStatus={() => undefined}
        />
        <Upgrades conditions={state.conditions} />
        <QueueTable state={state} onState={change} />
      </SpaceBetween>
    </PageFrame>
  );
}
