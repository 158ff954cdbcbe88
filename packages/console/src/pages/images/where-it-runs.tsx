import type { Wire } from '@assay/wire/wire-json.ts';
import type * as sdk from '@aws-sdk/client-inspector2';
import Link from '@cloudscape-design/components/link';
import Spinner from '@cloudscape-design/components/spinner';
import type { ReactNode } from 'react';
import { useAnswer } from '../../api/use-answer.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ALL_CLUSTERS, formatClusters } from '../clusters/clusters-state.ts';
import { type Place, placesOf } from './places.ts';

type Answer = Wire<sdk.GetClustersForImageResponse>;
interface WhereItRunsProps {
  readonly name: string;
  /** Of the images of an index, or of one image. */
  readonly resourceArns: readonly string[];
  readonly onClose: () => void;
}

/** The clusters that run an image or ran it of late, and in what. */
export function WhereItRuns({ name, resourceArns, onClose }: WhereItRunsProps) {
  const { t } = useI18n();
  return (
    <Dialog title={t('images.whereOf', { name })} wide onClose={onClose}>
      {resourceArns.map((resourceArn) => (
        <Places key={resourceArn} resourceArn={resourceArn} />
      ))}
    </Dialog>
  );
}

/** Clusters that run an image or ran it of late, and in what; `nowhere` where there are none. */
export function Places({ resourceArn, nowhere = null }: { resourceArn: string; nowhere?: ReactNode }) {
  const { t } = useI18n();
  const query = useAnswer<Answer>('inspector2', '/cluster/get', { filter: { resourceId: resourceArn }, maxResults: 100 });
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Spinner />;
  const clusters = Map.groupBy(placesOf(query.data.cluster ?? []), ({ clusterArn }) => clusterArn);
  if (clusters.size === 0) return nowhere;
  return (
    <ul className="assay-why" aria-label={t('images.where')}>
      {[...clusters].map(([clusterArn, places]) => (
        <Cluster key={clusterArn} clusterArn={clusterArn} places={places} />
      ))}
      {query.data.nextToken !== undefined && <li className="assay-quiet">{t('images.whereMore')}</li>}
    </ul>
  );
}

function Cluster({ clusterArn, places }: { clusterArn: string; places: readonly Place[] }) {
  const { t } = useI18n();
  const follow = useFollow();
  return (
    <li className="assay-chain">
      <p>
        <Link href={formatClusters({ ...ALL_CLUSTERS, cluster: clusterArn })} onFollow={follow}>
          {places[0]?.cluster}
        </Link>{' '}
        <span className="assay-quiet">
          {t('field.account')} {clusterArn.split(':')[4]}
        </span>
      </p>
      {places.map(({ key, what, running, stopped, lastInUse }) => (
        <p key={key}>
          {what}{' '}
          <span className="assay-quiet">
            {running > 0 ? t('fixFirst.runs', { count: running }) : t('fixFirst.runsNot')}
            {stopped > 0 && `, ${t('images.stopped', { count: stopped })}`} · <Moment at={lastInUse} />
          </span>
        </p>
      ))}
    </li>
  );
}
