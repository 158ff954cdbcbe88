import Spinner from '@cloudscape-design/components/spinner';
import { useHearsOfClusters } from '../../../api/fix-first.ts';
import { useExplanation } from '../../../api/queries.ts';
import { type ClusterDetail, type ImageCluster, useImageClusters } from '../../../api/running.ts';
import type { Finding } from '../../../api/types.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import type { Translate } from '../../../i18n/translate.ts';
import { CommandLine } from '../../../ui/command-line.tsx';
import { useEnvironment } from '../../../ui/environment.tsx';
import { LoadError } from '../../../ui/load-error.tsx';
import { choiceLabel } from '../choice-label.ts';
import { Section } from './section.tsx';
import { UseHistory } from './use-history.tsx';

/** Of an image: clusters and workloads that run it now, who reaches them, and where it ran before. */
export function WhereItRuns({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const resource = finding.resources?.[0];
  if (resource?.details?.awsEcrContainerImage === undefined) return null;
  return (
    <Section title={t('detail.runs')}>
      <Clusters resourceArn={resource.id ?? ''} />
      <Reached finding={finding} />
      <UseHistory finding={finding} />
    </Section>
  );
}

function Clusters({ resourceArn }: { resourceArn: string }) {
  const { t } = useI18n();
  const query = useImageClusters(resourceArn);
  const hears = useHearsOfClusters();
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Spinner />;
  if (query.data.cluster.length > 0)
    return (
      <ul className="assay-why">
        {query.data.cluster.map((cluster) => (
          <Cluster key={cluster.clusterArn + (cluster.clusterDetails?.[0]?.lastInUse ?? '')} cluster={cluster} />
        ))}
        {query.data.nextToken !== undefined && <li className="assay-quiet">{t('detail.moreClusters')}</li>}
      </ul>
    );
  return hears === false ? (
    <>
      <p className="assay-text">{t('fixFirst.nobodyTells')}</p>
      <CommandLine command="npx assay cluster add shop" />
    </>
  ) : (
    <p className="assay-text">{t('detail.runsNowhere')}</p>
  );
}

function Cluster({ cluster: { clusterArn, clusterDetails = [] } }: { cluster: ImageCluster }) {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  const [, , , , account = '', name = clusterArn] = clusterArn.split(':');
  return (
    <li className="assay-chain">
      <p>
        <b title={clusterArn}>{name.replace(/^cluster\//, '')}</b>{' '}
        <span className="assay-quiet">
          {t('field.account')} {account}
        </span>
      </p>
      {clusterDetails.map((detail) => (
        <p key={groupName(detail)}>
          {groupName(detail)}{' '}
          <span className="assay-quiet" title={format.dateTime(detail.lastInUse)}>
            {unitsText(detail, t)} · {format.ago(detail.lastInUse, now())}
          </span>
        </p>
      ))}
    </li>
  );
}

function groupName({ clusterMetadata: { awsEksMetadataDetails: eks, awsEcsMetadataDetails: ecs } }: ClusterDetail): string {
  if (ecs !== undefined) return ecs.detailsGroup;
  const workloads = (eks?.workloadInfoList ?? []).map(({ type, name }) => `${type} ${name}`);
  return `${eks?.namespace ?? ''}: ${workloads.join(', ')}`;
}

function unitsText({ runningUnitCount = 0, stoppedUnitCount = 0 }: ClusterDetail, t: Translate): string {
  const running = runningUnitCount > 0 ? t('fixFirst.runs', { count: runningUnitCount }) : t('fixFirst.runsNot');
  return stoppedUnitCount > 0 ? `${running}, ${t('detail.stopped', { count: stoppedUnitCount })}` : running;
}

function Reached({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const exposure = useExplanation(finding.findingArn ?? '').data?.score.exposure;
  if (exposure === undefined || exposure === 'UNKNOWN') return null;
  return (
    <p className="assay-text">
      {t('detail.reached')}: {choiceLabel('fixFirst.exposure', exposure, t)}
    </p>
  );
}
