import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Header from '@cloudscape-design/components/header';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useMay } from '../../api/queries.ts';
import { ABSENT } from '../../format/format.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { SinkForm } from './sink-form.tsx';
import { type Sink, useSinks } from './sinks.ts';

const INDICATORS: Record<Sink['status'], StatusIndicatorProps.Type> = { ACTIVE: 'success', RETRYING: 'warning', PAUSED: 'stopped' };
type Open = { readonly what: 'create' } | { readonly what: 'dead' | 'delete'; readonly sink: Sink };

export function NotificationsPage() {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const may = useMay('admin');
  const query = useSinks();
  const action = useAction();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const post = (path: string, body: unknown, done: string) => action.run(() => client.ask('assay', path, body), done);
  function act(id: string, { sinkArn, status, name }: Sink) {
    if (id === 'test') void post('/assay/sinks/test', { sinkArn }, t('notifications.tested', { name }));
    if (id === 'pause') void post('/assay/sinks/update', { sinkArn, enabled: status === 'PAUSED' }, t('notifications.changed', { name }));
  }
  return (
    <PageFrame title="notifications.title" notifications={action.messages}>
      {query.isError && <LoadError error={query.error} onRetry={() => void query.refetch()} />}
      <SinksTable
        sinks={query.data?.sinks ?? []}
        loading={query.isPending}
        create={may ? () => setOpen({ what: 'create' }) : undefined}
        onAction={(id, sink) => (id === 'dead' || id === 'delete' ? setOpen({ what: id, sink }) : act(id, sink))}
      />
      {open?.what === 'create' && (
        <SinkForm onMade={async (make) => make().then(() => action.say(t('notifications.created')))} onClose={close} />
      )}
      {open?.what === 'dead' && <DeadLetters sink={open.sink} action={action} onClose={close} />}
      {open?.what === 'delete' && (
        <Dialog
          title={t('notifications.deleteTitle', { name: open.sink.name })}
          action={t('notifications.delete')}
          onClose={close}
          onConfirm={() =>
            post('/assay/sinks/delete', { sinkArn: open.sink.sinkArn }, t('notifications.deleted', { name: open.sink.name }))
          }
        >
          {t('notifications.deleteText')}
        </Dialog>
      )}
    </PageFrame>
  );
}

interface SinksTableProps {
  readonly sinks: readonly Sink[];
  readonly loading: boolean;
  readonly create: (() => void) | undefined;
  readonly onAction: (id: string, sink: Sink) => void;
}
function SinksTable({ sinks, loading, create, onAction }: SinksTableProps) {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  return (
    <Table<Sink>
      variant="full-page"
      items={sinks}
      loading={loading}
      loadingText={t('app.loading')}
      trackBy="sinkArn"
      wrapLines
      empty={t('notifications.none')}
      ariaLabels={{ tableLabel: t('notifications.title') }}
      header={
        <Header
          variant="h1"
          description={t('notifications.intro')}
          actions={create !== undefined && <Button onClick={create}>{t('notifications.create')}</Button>}
        >
          {t('notifications.title')}
        </Header>
      }
      columnDefinitions={[
        { id: 'name', header: t('notifications.name'), isRowHeader: true, cell: ({ name }) => <span className="assay-break">{name}</span> },
        { id: 'kind', header: t('notifications.kind'), cell: ({ kind }) => kind },
        {
          id: 'status',
          header: t('field.status'),
          cell: ({ status }) => <StatusIndicator type={INDICATORS[status]}>{t(`notifications.status.${status}`)}</StatusIndicator>,
        },
        { id: 'mode', header: t('notifications.mode'), cell: ({ mode }) => t(`notifications.mode.${mode}`) },
        { id: 'last', header: t('notifications.last'), cell: ({ lastDeliveredAt }) => format.ago(lastDeliveredAt, now()) },
        {
          id: 'error',
          header: t('notifications.error'),
          cell: ({ lastError }) => <span className="assay-break">{lastError ?? ABSENT}</span>,
        },
        {
          id: 'actions',
          header: t('resources.actions'),
          cell: (sink) => <SinkActions sink={sink} admin={create !== undefined} onAction={onAction} />,
        },
      ]}
    />
  );
}

function SinkActions({ sink, admin, onAction }: { sink: Sink; admin: boolean; onAction: SinksTableProps['onAction'] }) {
  const { t } = useI18n();
  const items = [
    { id: 'dead', text: t('notifications.dead') },
    ...(admin
      ? [
          { id: 'test', text: t('notifications.test') },
          { id: 'pause', text: sink.status === 'PAUSED' ? t('notifications.resume') : t('notifications.pause') },
          { id: 'delete', text: t('notifications.delete') },
        ]
      : []),
  ];
  return (
    <ButtonDropdown
      variant="icon"
      expandToViewport
      ariaLabel={t('notifications.actionsOf', { name: sink.name })}
      items={items}
      onItemClick={({ detail }) => onAction(detail.id, sink)}
    />
  );
}
