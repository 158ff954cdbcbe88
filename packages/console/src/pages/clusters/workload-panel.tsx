import Alert from '@cloudscape-design/components/alert';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useImageFindings, useWorkload, type WorkloadImage } from '../../api/clusters.ts';
import type { SeverityCounts } from '../../api/types.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Ago } from '../../ui/ago.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { DEFAULT_STATE, formatState } from '../findings/findings-state.ts';
import type { WorkloadKey } from './clusters-state.ts';
import { FindingsBar } from './findings-bar.tsx';
import { RawImage, WhatToDo } from './unresolved-table.tsx';
import { imageCounts, resourceOf } from './workload-facts.ts';

interface WorkloadPanelProps {
  readonly clusterArn: string;
  readonly workload: WorkloadKey;
  readonly onClose: () => void;
}

/** The images of one workload, each with what is known of it. */
export function WorkloadPanel({ clusterArn, workload, onClose }: WorkloadPanelProps) {
  const { t } = useI18n();
  const query = useWorkload(clusterArn, workload);
  const images = query.data?.images ?? [];
  const findings = useImageFindings(images.flatMap((image) => resourceOf(image) ?? []));
  return (
    <SidePanel title={workload.name} onClose={onClose}>
      <SpaceBetween size="m">
        <span className="assay-quiet">{[workload.type, workload.namespace].filter((one) => one !== '').join(' · ')}</span>
        <LoadError error={query.error ?? findings.error} onRetry={() => void query.refetch()} />
        {query.isPending && t('app.loading')}
        {query.data === null && t('clusters.workloadGone')}
        {images.map((image) => (
          <Image
            key={JSON.stringify([image.image, image.imageId, image.platform])}
            image={image}
            counts={imageCounts(image, findings.data ?? new Map())}
            loading={findings.isPending}
          />
        ))}
      </SpaceBetween>
    </SidePanel>
  );
}

function Image({ image, counts, loading }: { image: WorkloadImage; counts: SeverityCounts | undefined; loading: boolean }) {
  const { t, format } = useI18n();
  const follow = useFollow();
  const arn = resourceOf(image);
  const unresolved = image.confidence === 'UNRESOLVED';
  return (
    <section className="assay-section">
      <h3 className="assay-break">{image.image || image.imageId}</h3>
      {image.newerImageAvailable && (
        <>
          <StatusIndicator type="info">{t('clusters.newer')}</StatusIndicator>
          <p className="assay-text">{t('clusters.newerText', { digest: shortDigest(image.newerDigest ?? '') })}</p>
        </>
      )}
      {unresolved && (
        <Alert type="warning" header={t('clusters.notIdentified')}>
          <WhatToDo reason={/sha256:[0-9a-f]{64}/.test(image.imageId) ? 'UNKNOWN_DIGEST' : 'NO_DIGEST'} image={image.image} />
        </Alert>
      )}
      {!unresolved && arn === undefined && <span className="assay-quiet">{t('clusters.notVisible')}</span>}
      {arn !== undefined && (
        <>
          {loading ? t('app.loading') : <FindingsBar counts={counts} />}
          <Link
            href={`/${formatState({ ...DEFAULT_STATE, view: 'list', conditions: [{ key: 'resourceId', operator: '=', values: [arn] }] })}`}
            onFollow={follow}
          >
            {t('clusters.showFindings')}
          </Link>
        </>
      )}
      <div className="assay-pairs">
        <KeyValuePairs
          columns={2}
          items={[
            { label: t('clusters.running'), value: format.number(image.runningUnitCount) },
            { label: t('clusters.stopped'), value: format.number(image.stoppedUnitCount) },
            { label: t('clusters.reach'), value: t(`clusters.reach.${image.reach}`) },
            { label: t('clusters.lastSeen'), value: <Ago at={image.lastSeenAt} /> },
            { label: t('clusters.platform'), value: image.platform || t('clusters.reach.UNKNOWN') },
            { label: t('clusters.confidence'), value: t(`clusters.confidence.${image.confidence}`) },
          ]}
        />
        <KeyValuePairs
          columns={1}
          items={[{ label: t('clusters.runtimeSays'), value: <RawImage image={image.image} imageId={image.imageId} /> }]}
        />
      </div>
    </section>
  );
}

function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
