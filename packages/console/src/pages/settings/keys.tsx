import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import { type Key, useKeys } from '../../api/keys.ts';
import { useMay } from '../../api/queries.ts';
import { ABSENT } from '../../format/format.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { Pager } from '../../ui/pager.tsx';
import type { Action } from '../../ui/use-action.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { KeyForm } from './key-form.tsx';

/** Keys that reports and exports are sealed with. */
export function Keys({ action }: { action: Action }) {
  const { t } = useI18n();
  const admin = useMay('admin');
  const pages = usePages('keys');
  const query = useKeys(pages.token);
  const [creating, setCreating] = useState(false);
  const [rotating, setRotating] = useState<Key | null>(null);
  const nextToken = query.data?.nextToken;
  return (
    <>
      <Table<Key>
        items={query.isError ? [] : (query.data?.keys ?? [])}
        trackBy="keyArn"
        loading={query.isPending}
        loadingText={t('app.loading')}
        contentDensity="compact"
        wrapLines
        ariaLabels={{ tableLabel: t('settings.keys') }}
        header={
          <Header
            variant="h2"
            description={t('settings.keysText')}
            actions={admin && <Button onClick={() => setCreating(true)}>{t('settings.addKey')}</Button>}
          >
            {t('settings.keys')}
          </Header>
        }
        empty={query.isError ? <LoadError error={query.error} onRetry={() => void query.refetch()} /> : t('settings.noKeys')}
        columnDefinitions={useColumns(admin ? setRotating : undefined)}
        pagination={
          pages.count(nextToken) > 1 && (
            <Pager pages={pages} nextToken={nextToken} label={t('settings.keyPages')} disabled={query.isFetching} />
          )
        }
      />
      {creating && <KeyForm action={action} onClose={() => setCreating(false)} />}
      {rotating !== null && <Rotate of={rotating} action={action} onClose={() => setRotating(null)} />}
    </>
  );
}

function Rotate({ of: { keyArn }, action, onClose }: { of: Key; action: Action; onClose: () => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const rotate = async () => {
    await client.ask('assay', '/assay/keys/rotate', { keyArn });
    await action.say(t('settings.rotated'));
  };
  return (
    <Dialog title={t('settings.rotateTitle')} action={t('settings.rotate')} onConfirm={rotate} onClose={onClose}>
      <span>{t('settings.rotateText')}</span>
      <code className="assay-code assay-break">{keyArn}</code>
    </Dialog>
  );
}

function useColumns(onRotate: ((key: Key) => void) | undefined): TableProps.ColumnDefinition<Key>[] {
  const { t, format } = useI18n();
  const columns: TableProps.ColumnDefinition<Key>[] = [
    {
      id: 'key',
      header: t('settings.key'),
      isRowHeader: true,
      cell: ({ keyArn, description }) => (
        <>
          {description !== undefined && <span className="assay-block">{description}</span>}
          <code className="assay-code assay-break">{keyArn}</code>
        </>
      ),
    },
    {
      id: 'where',
      header: t('settings.lies'),
      cell: ({ provider, name }) => [t(`settings.provider.${provider}`), name].filter(Boolean).join(': '),
    },
    { id: 'version', header: t('settings.version'), cell: ({ version }) => version ?? ABSENT },
    { id: 'created', header: t('accounts.created'), cell: ({ createdAt }) => format.date(createdAt) },
    { id: 'rotated', header: t('settings.lastRotated'), cell: ({ rotatedAt }) => format.date(rotatedAt) },
  ];
  if (onRotate === undefined) return columns;
  return [
    ...columns,
    {
      id: 'actions',
      header: t('resources.actions'),
      cell: (key) => (
        <Button variant="inline-link" ariaLabel={`${t('settings.rotate')} ${key.keyArn}`} onClick={() => onRotate(key)}>
          {t('settings.rotate')}
        </Button>
      ),
    },
  ];
}
