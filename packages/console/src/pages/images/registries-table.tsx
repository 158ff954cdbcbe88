import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useMay } from '../../api/queries.ts';
import { CAPABILITIES, type Registry, useRegistries, useRegistryCounts } from '../../api/registries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Note } from '../../ui/note.tsx';
import { Pager } from '../../ui/pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { DEFAULT_IMAGES, formatImages } from './images-state.ts';

export type RegistryDeed = 'crawl' | 'change' | 'pause' | 'token' | 'missing' | 'delete';
const INDICATORS: Record<Registry['status'], StatusIndicatorProps.Type> = { ACTIVE: 'success', FAILING: 'error', PAUSED: 'stopped' };

interface RegistriesTableProps {
  /** Absent for whoever may not. */
  readonly onAdd: (() => void) | undefined;
  readonly onAction: (deed: RegistryDeed, registry: Registry) => void;
}

export function RegistriesTable({ onAdd, onAction }: RegistriesTableProps) {
  const { t } = useI18n();
  const pages = usePages('registries');
  const query = useRegistries(pages.token);
  const rows = query.isError ? [] : (query.data?.registries ?? []);
  const nextToken = query.data?.nextToken;
  return (
    <Table<Registry>
      items={rows}
      trackBy="registryArn"
      loading={query.isPending}
      loadingText={t('app.loading')}
      contentDensity="compact"
      resizableColumns
      wrapLines
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: t('images.registries') }}
      columnDefinitions={useColumns(onAction)}
      empty={query.isError ? <LoadError error={query.error} onRetry={() => void query.refetch()} /> : <Empty onAdd={onAdd} />}
      header={
        <Header
          variant="h2"
          description={t('images.registriesText')}
          actions={onAdd !== undefined && <Button onClick={onAdd}>{t('images.addRegistry')}</Button>}
        >
          {t('images.registries')}
        </Header>
      }
      pagination={
        pages.count(nextToken) > 1 && (
          <Pager pages={pages} nextToken={nextToken} label={t('images.registryPages')} disabled={query.isPending} />
        )
      }
    />
  );
}

function useColumns(onAction: RegistriesTableProps['onAction']): TableProps.ColumnDefinition<Registry>[] {
  const { t } = useI18n();
  return [
    { id: 'name', header: t('field.registry'), width: 190, isRowHeader: true, cell: (registry) => <Name registry={registry} /> },
    { id: 'status', header: t('field.status'), width: 210, cell: (registry) => <Status registry={registry} onAction={onAction} /> },
    { id: 'holds', header: t('images.holds'), width: 160, cell: ({ registryArn }) => <Holds registryArn={registryArn} /> },
    { id: 'crawled', header: t('images.lastCrawl'), width: 150, cell: (registry) => <Crawls registry={registry} /> },
    { id: 'which', header: t('images.which'), width: 180, cell: (registry) => <Which registry={registry} /> },
    { id: 'tells', header: t('images.cannotTell'), width: 205, cell: ({ capabilities }) => <CannotTell capabilities={capabilities} /> },
    { id: 'actions', header: t('resources.actions'), width: 90, cell: (registry) => <Menu registry={registry} onAction={onAction} /> },
  ];
}

function Name({ registry }: { registry: Registry }) {
  const follow = useFollow();
  return (
    <>
      <Link href={`/images${formatImages({ ...DEFAULT_IMAGES, registry: registry.host })}`} onFollow={follow}>
        <span className="assay-break">{registry.name}</span>
      </Link>
      <span className="assay-block">
        {registry.kind} · {registry.host}
      </span>
    </>
  );
}

function Status({ registry, onAction }: { registry: Registry; onAction: RegistriesTableProps['onAction'] }) {
  const { t } = useI18n();
  const operator = useMay('operator');
  const { status, lastError, missingImages } = registry;
  return (
    <>
      <StatusIndicator type={INDICATORS[status]}>{t(`images.registry.${status}`)}</StatusIndicator>
      {lastError !== undefined && <span className="assay-block">{lastError}</span>}
      {missingImages !== undefined && (
        <div>
          <Note type="warning">{t('images.missing', { count: missingImages })}</Note>
          {operator && (
            <Button variant="inline-link" onClick={() => onAction('missing', registry)}>
              {t('images.accept')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function Holds({ registryArn }: { registryArn: string }) {
  const { t } = useI18n();
  const counts = useRegistryCounts(registryArn).data?.counts;
  if (counts === undefined) return null;
  const { repositories, images, waiting, failed } = counts;
  return (
    <>
      {t('images.repositoryCount', { count: repositories })}
      <span className="assay-block">{t('images.digestCount', { count: images })}</span>
      {waiting > 0 && <StatusIndicator type="in-progress">{t('images.waiting', { count: waiting })}</StatusIndicator>}
      {failed > 0 && <Note type="warning">{t('images.failed', { count: failed })}</Note>}
    </>
  );
}

function Crawls({ registry }: { registry: Registry }) {
  const { t, format } = useI18n();
  const { lastCrawledAt, nextCrawlAt, notificationPath } = registry;
  return (
    <>
      {lastCrawledAt === undefined ? t('images.neverCrawled') : <Moment at={lastCrawledAt} />}
      {nextCrawlAt !== undefined && <span className="assay-block">{t('images.nextCrawl', { at: format.dateTime(nextCrawlAt) })}</span>}
      {notificationPath !== undefined && <span className="assay-block">{t('images.takesNotifications')}</span>}
    </>
  );
}

function Which({ registry }: { registry: Registry }) {
  const { t } = useI18n();
  return (
    <ul className="assay-lines">
      <li>
        <code className="assay-code">{registry.include.join(' ')}</code>
      </li>
      {registry.frequencies.map(({ pattern, frequency }) => (
        <li key={pattern} className="assay-quiet">
          <code className="assay-code">{pattern}</code>: {t(`images.frequency.${frequency}`)}
        </li>
      ))}
    </ul>
  );
}

function CannotTell({ capabilities }: { capabilities: Registry['capabilities'] }) {
  const { t } = useI18n();
  if (capabilities === undefined) return null;
  const missing = CAPABILITIES.filter((name) => !capabilities[name]);
  if (missing.length === 0) return <StatusIndicator type="success">{t('images.tellsAll')}</StatusIndicator>;
  return (
    <ul className="assay-lines assay-quiet">
      {missing.map((name) => (
        <li key={name}>{t(`images.tellsNot.${name}`)}</li>
      ))}
    </ul>
  );
}

function Menu({ registry, onAction }: { registry: Registry; onAction: RegistriesTableProps['onAction'] }) {
  const { t } = useI18n();
  const [operator, admin] = [useMay('operator'), useMay('admin')];
  const items = [
    ...(operator ? [{ id: 'crawl', text: t('images.crawl') }] : []),
    ...(admin
      ? [
          { id: 'change', text: t('images.change') },
          { id: 'pause', text: t(registry.status === 'PAUSED' ? 'notifications.resume' : 'notifications.pause') },
          ...(registry.notificationPath === undefined ? [] : [{ id: 'token', text: t('images.newToken') }]),
          { id: 'delete', text: t('notifications.delete') },
        ]
      : []),
  ];
  if (items.length === 0) return null;
  return (
    <ButtonDropdown
      variant="icon"
      expandToViewport
      ariaLabel={t('notifications.actionsOf', { name: registry.name })}
      items={items}
      onItemClick={({ detail }) => onAction(detail.id as RegistryDeed, registry)}
    />
  );
}

function Empty({ onAdd }: { onAdd: (() => void) | undefined }) {
  const { t } = useI18n();
  return (
    <SpaceBetween size="s" alignItems="center">
      <Box variant="strong">{t('images.noRegistry')}</Box>
      {onAdd !== undefined && <Button onClick={onAdd}>{t('images.addRegistry')}</Button>}
      <CommandLine command="assay registry add main --set url=registry.example --set username=reader --secret-file -" />
    </SpaceBetween>
  );
}
