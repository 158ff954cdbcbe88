import Link from '@cloudscape-design/components/link';
import type { TableProps } from '@cloudscape-design/components/table';
import type { ListedFinding } from '../../api/search.ts';
import { ABSENT, type Formats } from '../../format/format.ts';
import type { MessageKey } from '../../i18n/en.ts';
import type { Translate } from '../../i18n/translate.ts';
import { SeverityMark, severityName } from '../../ui/severity.tsx';
import { choiceLabel } from './choice-label.ts';
import { fixedVersion, installedVersion, packageSummary, resourceName, shortTitle, vulnerabilityOf } from './finding-facts.ts';
import type { ListSort } from './sort-fields.ts';

export interface ColumnContext {
  readonly t: Translate;
  readonly format: Formats;
  readonly now: number;
  readonly selected: string | null;
  readonly hrefOf: (finding: ListedFinding) => string;
  readonly open: (finding: ListedFinding) => void;
}
export interface Column {
  readonly id: string;
  readonly header: MessageKey;
  readonly sort?: ListSort;
  readonly width: number;
  /** Shown before anyone chose columns. */
  readonly shown: boolean;
  readonly cell: (finding: ListedFinding, context: ColumnContext) => React.ReactNode;
}

/** Every field that the API sorts by has a column, so that every sort can be chosen. */
export const COLUMNS: readonly Column[] = [
  {
    id: 'severity',
    header: 'field.severity',
    sort: 'SEVERITY',
    width: 112,
    shown: true,
    cell: (f) => <SeverityMark severity={severityName(f.severity)} />,
  },
  { id: 'vulnerability', header: 'field.vulnerabilityId', sort: 'VULNERABILITY_ID', width: 152, shown: true, cell: vulnerabilityCell },
  { id: 'title', header: 'field.title', width: 130, shown: true, cell: (f) => shortTitle(f.title, vulnerabilityOf(f)) || ABSENT },
  { id: 'resource', header: 'field.resource', width: 156, shown: true, cell: (f, c) => resourceCell(f, c) },
  { id: 'package', header: 'field.package', width: 176, shown: true, cell: packageCell },
  { id: 'fixedIn', header: 'field.fixedIn', width: 150, shown: true, cell: fixCell },
  {
    id: 'score',
    header: 'field.score',
    sort: 'INSPECTOR_SCORE',
    width: 98,
    shown: true,
    cell: (f, c) => <span className="assay-number">{c.format.score(f.inspectorScore)}</span>,
  },
  {
    id: 'epss',
    header: 'field.epss',
    sort: 'EPSS_SCORE',
    width: 88,
    shown: true,
    cell: (f, c) => <span className="assay-number">{c.format.probability(f.epss?.score)}</span>,
  },
  {
    id: 'inUse',
    header: 'field.running',
    sort: 'IN_USE_COUNT',
    width: 116,
    shown: true,
    cell: inUseCell,
  },
  {
    id: 'age',
    header: 'field.age',
    sort: 'FIRST_OBSERVED_AT',
    width: 96,
    shown: true,
    cell: (f, c) => <span title={c.format.dateTime(f.firstObservedAt)}>{c.format.age(f.firstObservedAt, c.now)}</span>,
  },
  {
    id: 'lastInUse',
    header: 'field.lastInUse',
    sort: 'LAST_IN_USE_AT',
    width: 130,
    shown: false,
    cell: (f, c) => <span title={c.format.dateTime(image(f)?.lastInUseAt)}>{c.format.ago(image(f)?.lastInUseAt, c.now)}</span>,
  },
  { id: 'urgency', header: 'fixFirst.title', sort: 'FIX_FIRST', width: 220, shown: false, cell: urgencyCell },
  {
    id: 'exploit',
    header: 'field.exploitAvailable',
    width: 130,
    shown: false,
    cell: (f, c) => (f.exploitAvailable === undefined ? ABSENT : choiceLabel('exploitAvailable', f.exploitAvailable, c.t)),
  },
  {
    id: 'fixAvailable',
    header: 'field.fixAvailable',
    width: 130,
    shown: false,
    cell: (f, c) => (f.fixAvailable === undefined ? ABSENT : choiceLabel('fixAvailable', f.fixAvailable, c.t)),
  },
  {
    id: 'status',
    header: 'field.status',
    sort: 'FINDING_STATUS',
    width: 110,
    shown: false,
    cell: (f, c) => choiceLabel('status', f.status ?? '', c.t),
  },
  {
    id: 'type',
    header: 'field.findingType',
    sort: 'FINDING_TYPE',
    width: 180,
    shown: false,
    cell: (f, c) => choiceLabel('findingType', f.type ?? '', c.t),
  },
  {
    id: 'resourceType',
    header: 'field.resourceType',
    sort: 'RESOURCE_TYPE',
    width: 150,
    shown: false,
    cell: (f, c) => choiceLabel('resourceType', f.resources?.[0]?.type ?? '', c.t),
  },
  {
    id: 'repository',
    header: 'field.repository',
    sort: 'ECR_IMAGE_REPOSITORY_NAME',
    width: 190,
    shown: false,
    cell: (f) => image(f)?.repositoryName ?? ABSENT,
  },
  {
    id: 'registry',
    header: 'field.registry',
    sort: 'ECR_IMAGE_REGISTRY',
    width: 150,
    shown: false,
    cell: (f) => image(f)?.registry ?? ABSENT,
  },
  {
    id: 'pushedAt',
    header: 'field.pushedAt',
    sort: 'ECR_IMAGE_PUSHED_AT',
    width: 170,
    shown: false,
    cell: (f, c) => c.format.dateTime(image(f)?.pushedAt),
  },
  {
    id: 'lastObserved',
    header: 'field.lastObserved',
    sort: 'LAST_OBSERVED_AT',
    width: 170,
    shown: false,
    cell: (f, c) => c.format.dateTime(f.lastObservedAt),
  },
  {
    id: 'vendorSeverity',
    header: 'field.vendorSeverity',
    sort: 'VENDOR_SEVERITY',
    width: 150,
    shown: false,
    cell: (f) => f.packageVulnerabilityDetails?.vendorSeverity ?? ABSENT,
  },
  {
    id: 'source',
    header: 'field.source',
    sort: 'VULNERABILITY_SOURCE',
    width: 130,
    shown: false,
    cell: (f) => f.packageVulnerabilityDetails?.source ?? ABSENT,
  },
  { id: 'account', header: 'field.account', sort: 'AWS_ACCOUNT_ID', width: 150, shown: false, cell: (f) => f.awsAccountId ?? ABSENT },
  {
    id: 'protocol',
    header: 'field.protocol',
    sort: 'NETWORK_PROTOCOL',
    width: 150,
    shown: false,
    cell: (f) => f.networkReachabilityDetails?.protocol ?? ABSENT,
  },
  {
    id: 'componentType',
    header: 'field.componentType',
    sort: 'COMPONENT_TYPE',
    width: 170,
    shown: false,
    cell: (f) => f.networkReachabilityDetails?.networkPath?.steps?.[0]?.componentType ?? ABSENT,
  },
];

export function tableColumns(context: ColumnContext): TableProps.ColumnDefinition<ListedFinding>[] {
  return COLUMNS.map((column) => ({
    id: column.id,
    header: context.t(column.header),
    width: column.width,
    minWidth: 70,
    isRowHeader: column.id === 'vulnerability',
    cell: (finding) => column.cell(finding, context),
    ...(column.sort === undefined ? {} : { sortingField: column.sort }),
  }));
}

function image(finding: ListedFinding) {
  return finding.resources?.[0]?.details?.awsEcrContainerImage;
}

/** Only images are counted; a host that is known is on. */
function inUseCell(finding: ListedFinding, { format }: ColumnContext) {
  const count = image(finding)?.inUseCount;
  if (count === undefined) return <span className="assay-quiet">{ABSENT}</span>;
  return <span className={count === 0 ? 'assay-number assay-quiet' : 'assay-number'}>{format.number(count)}</span>;
}

/** As much as the order's operation told of why a finding stands where it does. */
function urgencyCell({ exposure, knownExploited }: ListedFinding, { t }: ColumnContext) {
  if (exposure === undefined) return ABSENT;
  const reasons = [t(`fixFirst.exposure.${exposure}`), ...(knownExploited === true ? [t('fixFirst.exploitation.KNOWN')] : [])];
  return <span title={reasons.join(' · ')}>{reasons.join(' · ')}</span>;
}

function vulnerabilityCell(finding: ListedFinding, { t, selected, hrefOf, open }: ColumnContext) {
  const name = vulnerabilityOf(finding);
  return (
    <span data-selected={finding.findingArn === selected || undefined}>
      <Link
        href={hrefOf(finding)}
        ariaLabel={t('findings.openFinding', { name })}
        onFollow={(event) => {
          event.preventDefault();
          open(finding);
        }}
      >
        {name}
      </Link>
    </span>
  );
}

function resourceCell(finding: ListedFinding, { t }: ColumnContext) {
  const resource = finding.resources?.[0];
  const { name, detail } = resourceName(resource);
  return (
    <span title={detail}>
      {name}
      <span className="assay-quiet"> {choiceLabel('resourceType', resource?.type ?? '', t)}</span>
    </span>
  );
}

function packageCell(finding: ListedFinding, { t }: ColumnContext) {
  const { first, others } = packageSummary(finding);
  if (first === undefined) return ABSENT;
  return (
    <span title={first.filePath ?? undefined}>
      {first.name} <span className="assay-quiet">{installedVersion(first)}</span>
      {others > 0 && <span className="assay-quiet"> {t('findings.morePackages', { count: others })}</span>}
    </span>
  );
}

function fixCell(finding: ListedFinding, { t }: ColumnContext) {
  const packages = finding.packageVulnerabilityDetails?.vulnerablePackages ?? [];
  const version = packages.map(fixedVersion).find((text) => text !== undefined);
  if (version !== undefined) return version;
  return packages.length === 0 ? ABSENT : <span className="assay-quiet">{t('findings.noFix')}</span>;
}
