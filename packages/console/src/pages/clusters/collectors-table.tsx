import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useMay } from '../../api/queries.ts';
import { ABSENT } from '../../format/format.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Ago } from '../../ui/ago.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { Pager } from '../../ui/pager.tsx';
import type { Action } from '../../ui/use-action.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { CollectorState } from './cluster-state.tsx';
import { CollectorForm } from './collector-form.tsx';
import { CollectorToken } from './collector-token.tsx';
import { type Collector, useCollectors } from './collectors.ts';

const UPDATE = '/assay/collectors/update';
type Open = { readonly what: 'create' } | { readonly what: 'change' | 'renew' | 'remove'; readonly collector: Collector };
export interface NewToken {
  readonly name: string;
  readonly token: string;
}

export function CollectorsTable({ action }: { action: Action }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const admin = useMay('admin');
  const pages = usePages('collectors');
  const query = useCollectors(pages.token);
  const [open, setOpen] = useState<Open | null>(null);
  const [made, setMade] = useState<NewToken | null>(null);
  const close = () => setOpen(null);
  function act(id: string, collector: Collector) {
    const { collectorArn, name, status } = collector;
    if (id === 'change' || id === 'renew' || id === 'remove') setOpen({ what: id, collector });
    else
      void action.run(() => client.ask('assay', UPDATE, { collectorArn, enabled: status === 'PAUSED' }), t('collectors.changed', { name }));
  }
  const nextToken = query.data?.nextToken;
  return (
    <>
      <Table<Collector>
        variant="borderless"
        contentDensity="compact"
        wrapLines
        enableKeyboardNavigation
        items={query.isError ? [] : (query.data?.collectors ?? [])}
        trackBy="collectorArn"
        loading={query.isPending}
        loadingText={t('app.loading')}
        ariaLabels={{ tableLabel: t('clusters.tabCollectors') }}
        header={
          <Header
            variant="h3"
            description={t('collectors.intro')}
            actions={admin && <Button onClick={() => setOpen({ what: 'create' })}>{t('collectors.add')}</Button>}
          />
        }
        empty={query.isError ? <LoadError error={query.error} onRetry={() => void query.refetch()} /> : t('collectors.none')}
        columnDefinitions={useColumns(admin ? act : undefined)}
        pagination={
          pages.count(nextToken) > 1 && (
            <Pager pages={pages} nextToken={nextToken} label={t('collectors.pages')} disabled={query.isFetching} />
          )
        }
      />
      {open?.what === 'create' && <CollectorForm action={action} onToken={setMade} onClose={close} />}
      {open?.what === 'change' && <CollectorForm collector={open.collector} action={action} onToken={setMade} onClose={close} />}
      {open?.what === 'renew' && <Renew collector={open.collector} action={action} onToken={setMade} onClose={close} />}
      {open?.what === 'remove' && <Remove collector={open.collector} action={action} onClose={close} />}
      {made !== null && <CollectorToken made={made} onClose={() => setMade(null)} />}
    </>
  );
}

interface AskProps {
  readonly collector: Collector;
  readonly action: Action;
  readonly onClose: () => void;
}
function Renew({ collector: { collectorArn, name }, action, onToken, onClose }: AskProps & { onToken: (made: NewToken) => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  async function renew() {
    const { token } = await client.ask<{ token: string }>('assay', UPDATE, { collectorArn, renewToken: true });
    onToken({ name, token });
    void action.say(t('collectors.changed', { name }));
  }
  return (
    <Dialog title={t('collectors.renewTitle', { name })} action={t('collectors.renew')} onConfirm={renew} onClose={onClose}>
      {t('collectors.renewText')}
    </Dialog>
  );
}

function Remove({ collector: { collectorArn, name }, action, onClose }: AskProps) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const remove = () =>
    action.run(() => client.ask('assay', '/assay/collectors/delete', { collectorArn }), t('collectors.removed', { name }));
  return (
    <Dialog title={t('collectors.removeTitle', { name })} action={t('collectors.remove')} onConfirm={remove} onClose={onClose}>
      {t('collectors.removeText')}
    </Dialog>
  );
}

function useColumns(act: ((id: string, collector: Collector) => void) | undefined): TableProps.ColumnDefinition<Collector>[] {
  const { t } = useI18n();
  const columns: TableProps.ColumnDefinition<Collector>[] = [
    {
      id: 'name',
      header: t('collectors.name'),
      isRowHeader: true,
      minWidth: 120,
      cell: ({ name }) => <span className="assay-break">{name}</span>,
    },
    {
      id: 'kind',
      header: t('collectors.where'),
      cell: ({ kind }) => (kind === 'push' ? t('collectors.push') : t('collectors.watched', { kind })),
    },
    { id: 'status', header: t('field.status'), cell: ({ status }) => <CollectorState status={status} /> },
    { id: 'seen', header: t('collectors.seen'), cell: ({ seenAt }) => <Ago at={seenAt} /> },
    {
      id: 'error',
      header: t('collectors.error'),
      minWidth: 160,
      cell: ({ lastError }) => <span className="assay-break">{lastError ?? ABSENT}</span>,
    },
  ];
  if (act === undefined) return columns;
  return [...columns, { id: 'actions', header: t('resources.actions'), cell: (collector) => <Actions collector={collector} act={act} /> }];
}

function Actions({ collector, act }: { collector: Collector; act: (id: string, collector: Collector) => void }) {
  const { t } = useI18n();
  return (
    <ButtonDropdown
      variant="icon"
      expandToViewport
      ariaLabel={t('collectors.actionsOf', { name: collector.name })}
      items={[
        { id: 'change', text: t('collectors.change') },
        { id: 'pause', text: collector.status === 'PAUSED' ? t('collectors.resume') : t('collectors.pause') },
        ...(collector.kind === 'push' ? [{ id: 'renew', text: t('collectors.renew') }] : []),
        { id: 'remove', text: t('collectors.remove') },
      ]}
      onItemClick={({ detail }) => act(detail.id, collector)}
    />
  );
}
