import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import Table from '@cloudscape-design/components/table';
import { useFindings } from '../../../api/queries.ts';
import type { Finding } from '../../../api/types.ts';
import { ABSENT } from '../../../format/format.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { useEnvironment } from '../../../ui/environment.tsx';
import { LoadError } from '../../../ui/load-error.tsx';
import { SeverityMark, severityName } from '../../../ui/severity.tsx';
import { findingCriteria } from '../criteria.ts';
import { fixedVersion, installedVersion, packageSummary, resourceName } from '../finding-facts.ts';
import type { Condition, FindingsState } from '../findings-state.ts';
import { Section } from './section.tsx';

const PAGE = 50;

/** One vulnerability: what it is, and the resources that have it. */
export function GroupBody({ title, onState }: { title: string; onState: (change: Partial<FindingsState>) => void }) {
  const { t } = useI18n();
  const { now } = useEnvironment();
  const conditions: Condition[] = [{ key: 'title', operator: '=', values: [title] }];
  const query = useFindings({
    filterCriteria: findingCriteria({ conditions, status: 'ACTIVE' }, now()),
    sortCriteria: { field: 'SEVERITY', sortOrder: 'DESC' },
    maxResults: PAGE,
  });
  if (query.isPending || query.isPlaceholderData) return <Spinner />;
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  const findings = query.data.findings ?? [];
  const description = findings[0]?.description ?? '';
  return (
    <SpaceBetween size="l">
      {description !== '' && <p className="assay-text">{description}</p>}
      <Section title={t('detail.groupAffected')}>
        <Affected findings={findings} onOpen={(finding) => onState({ finding })} />
        {query.data.nextToken !== undefined && (
          <Button onClick={() => onState({ view: 'list', conditions, group: null, finding: null, sort: 'SEVERITY', descending: true })}>
            {t('detail.groupAll')}
          </Button>
        )}
      </Section>
    </SpaceBetween>
  );
}

function Affected({ findings, onOpen }: { findings: readonly Finding[]; onOpen: (findingArn: string) => void }) {
  const { t } = useI18n();
  return (
    <Table<Finding>
      variant="borderless"
      contentDensity="compact"
      wrapLines
      items={findings}
      trackBy={(finding) => finding.findingArn ?? ''}
      ariaLabels={{ tableLabel: t('detail.groupAffected') }}
      onRowClick={({ detail }) => onOpen(detail.item.findingArn ?? '')}
      columnDefinitions={[
        { id: 'severity', header: t('field.severity'), cell: (finding) => <SeverityMark severity={severityName(finding.severity)} /> },
        {
          id: 'resource',
          header: t('field.resource'),
          isRowHeader: true,
          cell: (finding) => (
            <Link variant="secondary" onFollow={() => onOpen(finding.findingArn ?? '')}>
              <span className="assay-break">{resourceName(finding.resources?.[0]).name}</span>
            </Link>
          ),
        },
        { id: 'package', header: t('field.package'), cell: packageText },
        {
          id: 'fixed',
          header: t('field.fixedIn'),
          cell: (finding) => {
            const { first } = packageSummary(finding);
            return <span className="assay-break">{(first === undefined ? undefined : fixedVersion(first)) ?? t('findings.noFix')}</span>;
          },
        },
      ]}
    />
  );
}

function packageText(finding: Finding) {
  const { first } = packageSummary(finding);
  if (first === undefined) return ABSENT;
  return (
    <span className="assay-break">
      {first.name} <span className="assay-quiet">{installedVersion(first)}</span>
    </span>
  );
}
