import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useI18n } from '../../i18n/i18n.tsx';
import { navigate, usePlace } from '../../ui/location.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { type Action, useAction } from '../../ui/use-action.tsx';
import { ClusterPage } from './cluster-page.tsx';
import { ALL_CLUSTERS, formatClusters, parseClusters, TABS, type Tab } from './clusters-state.ts';
import { ClustersTable } from './clusters-table.tsx';
import { CollectorsTable } from './collectors-table.tsx';
import { RunningMap } from './running-map.tsx';
import { UnresolvedTable } from './unresolved-table.tsx';
import './clusters.css';

export function ClustersPage() {
  const { search } = usePlace();
  const action = useAction();
  const state = parseClusters(search);
  if (state.cluster !== null) return <ClusterPage clusterArn={state.cluster} state={state} action={action} />;
  return <AllClusters tab={state.tab} action={action} />;
}

function AllClusters({ tab, action }: { tab: Tab; action: Action }) {
  const { t } = useI18n();
  const names = {
    clusters: 'clusters.title',
    map: 'clusters.tabMap',
    unresolved: 'clusters.tabUnresolved',
    collectors: 'clusters.tabCollectors',
  } as const;
  const contents = {
    clusters: <ClustersTable />,
    map: <RunningMap />,
    unresolved: <UnresolvedTable />,
    collectors: <CollectorsTable action={action} />,
  };
  return (
    <PageFrame title="clusters.title" notifications={action.messages}>
      <SpaceBetween size="m">
        <Header variant="h1" description={t('clusters.intro')}>
          {t('clusters.title')}
        </Header>
        <Tabs
          ariaLabel={t('clusters.title')}
          activeTabId={tab}
          tabs={TABS.map((id) => ({ id, label: t(names[id]), content: id === tab && contents[id] }))}
          onChange={({ detail }) => {
            const chosen = TABS.find((one) => one === detail.activeTabId) ?? 'clusters';
            navigate(formatClusters({ ...ALL_CLUSTERS, tab: chosen }));
          }}
        />
      </SpaceBetween>
    </PageFrame>
  );
}
