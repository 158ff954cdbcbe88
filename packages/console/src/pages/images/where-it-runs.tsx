import type { Wire } from '@assay/wire/wire-json.ts';
import type * as sdk from '@aws-sdk/client-inspector2';
import Link from '@cloudscape-design/components/link';
import Table from '@cloudscape-design/components/table';
import { useAnswer } from '../../api/use-answer.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { Moment } from '../../ui/moment.tsx';
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

/** Nothing where it never ran. */
export function Places({ resourceArn }: { resourceArn: string }) {
  const { t, format } = useI18n();
  const follow = useFollow();
  const query = useAnswer<Answer>('inspector2', '/cluster/get', { filter: { resourceId: resourceArn }, maxResults: 100 });
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  const places = placesOf(query.data?.cluster ?? []);
  if (!query.isPending && places.length === 0) return null;
  return (
    <Table<Place>
      variant="embedded"
      contentDensity="compact"
      items={places}
      loading={query.isPending}
      loadingText={t('app.loading')}
      wrapLines
      trackBy="key"
      ariaLabels={{ tableLabel: t('images.where') }}
      footer={query.data?.nextToken === undefined ? undefined : t('images.whereMore')}
      columnDefinitions={[
        {
          id: 'cluster',
          header: t('images.cluster'),
          isRowHeader: true,
          cell: ({ clusterArn, cluster }) => (
            <Link href={`/clusters?cluster=${encodeURIComponent(clusterArn)}`} onFollow={follow}>
              <span className="assay-break">{cluster}</span>
            </Link>
          ),
        },
        { id: 'in', header: t('images.workloads'), cell: ({ what }) => <span className="assay-break">{what}</span> },
        { id: 'running', header: t('images.running'), cell: ({ running }) => <span className="assay-end">{format.number(running)}</span> },
        { id: 'stopped', header: t('images.stopped'), cell: ({ stopped }) => <span className="assay-end">{format.number(stopped)}</span> },
        { id: 'last', header: t('field.lastInUse'), cell: ({ lastInUse }) => <Moment at={lastInUse} /> },
      ]}
    />
  );
}
