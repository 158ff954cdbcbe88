import type { AppLayoutProps } from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState } from 'react';
import { type Cluster, useCluster } from '../../api/clusters.ts';
import { useMay } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { navigate, useFollow } from '../../ui/location.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import type { Action } from '../../ui/use-action.tsx';
import { ClusterNotices } from './cluster-notices.tsx';
import { ClusterState, providerName } from './cluster-state.tsx';
import { ALL_CLUSTERS, type ClustersState, formatClusters, workloadKey } from './clusters-state.ts';
import { Namespaces } from './namespaces.tsx';
import { WorkloadPanel } from './workload-panel.tsx';
import { Workloads } from './workloads.tsx';

interface ClusterPageProps {
  readonly clusterArn: string;
  readonly state: ClustersState;
  readonly action: Action;
}

/** One cluster: its namespaces, what runs in them drawn and as a table, and one workload beside. */
export function ClusterPage({ clusterArn, state, action }: ClusterPageProps) {
  const { t } = useI18n();
  const query = useCluster(clusterArn);
  const cluster = query.data?.cluster;
  const { layout, change, close } = useChanges(state);
  return (
    <PageFrame
      title="clusters.title"
      layout={layout}
      notifications={action.messages}
      panel={{
        open: state.workload !== null,
        onClose: close,
        content: state.workload !== null && <WorkloadPanel clusterArn={clusterArn} workload={state.workload} onClose={close} />,
      }}
    >
      <SpaceBetween size="m">
        <Trail name={cluster?.name ?? clusterArn} />
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
        {query.isPending && <span className="assay-quiet">{t('app.loading')}</span>}
        {cluster !== undefined && <Title cluster={cluster} action={action} />}
        {cluster !== undefined && <ClusterNotices cluster={cluster} />}
        {cluster !== undefined && (
          <div className="assay-cluster">
            {cluster.provider === 'kubernetes' && (
              <Namespaces
                cluster={cluster}
                chosen={state.namespace}
                hrefOf={(namespace) => formatClusters({ ...state, namespace, workload: null })}
              />
            )}
            <Workloads state={state} clusterArn={clusterArn} onWorkload={(workload) => change({ workload })} />
          </div>
        )}
      </SpaceBetween>
    </PageFrame>
  );
}

/** Ways to change the address, and where the focus goes when the panel opens and closes. */
function useChanges(state: ClustersState) {
  const layout = useRef<AppLayoutProps.Ref>(null);
  const opener = useRef<Element | null>(null);
  const shown = state.workload === null ? null : workloadKey(state.workload);
  function change(part: Partial<ClustersState>) {
    const active = document.activeElement;
    if (active?.closest('[class*="split-panel"]') === null) opener.current = active;
    navigate(formatClusters({ ...state, ...part }));
  }
  function close() {
    navigate(formatClusters({ ...state, workload: null }));
    const element = opener.current;
    opener.current = null;
    if (element instanceof HTMLElement) window.requestAnimationFrame(() => element.focus());
  }
  useEffect(() => {
    if (shown !== null && opener.current !== null) window.requestAnimationFrame(() => layout.current?.focusSplitPanel());
  }, [shown]);
  return { layout, change, close };
}

function Trail({ name }: { name: string }) {
  const { t } = useI18n();
  const follow = useFollow();
  return (
    <BreadcrumbGroup
      ariaLabel={t('clusters.title')}
      items={[
        { text: t('clusters.title'), href: '/clusters' },
        { text: name, href: '#' },
      ]}
      onFollow={follow}
    />
  );
}

function Title({ cluster, action }: { cluster: Cluster; action: Action }) {
  const { t, format } = useI18n();
  const admin = useMay('admin');
  const [removing, setRemoving] = useState(false);
  const { name, provider, version, accountId } = cluster;
  const numbers = [
    [t('clusters.running'), cluster.runningUnitCount],
    [t('clusters.workloads'), cluster.workloadCount],
    [t('clusters.images'), cluster.imageCount],
    [t('clusters.unresolved'), cluster.unresolvedImageCount],
  ] as const;
  return (
    <>
      <Header
        variant="h1"
        info={<ClusterState cluster={cluster} />}
        description={[
          providerName(provider, t),
          ...(version === undefined ? [] : [t('clusters.version', { version })]),
          t('clusters.account', { account: accountId }),
        ].join(' · ')}
        actions={admin && <Button onClick={() => setRemoving(true)}>{t('clusters.remove')}</Button>}
      >
        <span className="assay-break">{name}</span>
      </Header>
      <ul className="assay-counts assay-figures">
        {numbers.map(([label, count]) => (
          <li key={label}>
            <b>{format.number(count)}</b> {label}
          </li>
        ))}
      </ul>
      {removing && <Remove cluster={cluster} action={action} onClose={() => setRemoving(false)} />}
    </>
  );
}

function Remove({ cluster: { clusterArn, name }, action, onClose }: { cluster: Cluster; action: Action; onClose: () => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  async function remove() {
    navigate(formatClusters(ALL_CLUSTERS));
    await action.run(() => client.ask('assay', '/assay/clusters/delete', { clusterArn }), t('clusters.removed', { name }));
  }
  return (
    <Dialog title={t('clusters.removeTitle', { name })} action={t('clusters.remove')} onConfirm={remove} onClose={onClose}>
      {t('clusters.removeText')}
    </Dialog>
  );
}
