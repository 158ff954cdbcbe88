import Table from '@cloudscape-design/components/table';
import type { EvidenceLocation } from '../../../api/assay-types.ts';
import { useExplanation } from '../../../api/queries.ts';
import type { Finding } from '../../../api/types.ts';
import { ABSENT } from '../../../format/format.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { fixedVersion, installedVersion, shortDigest } from '../finding-facts.ts';
import { Section } from './section.tsx';

interface Row {
  readonly key: string;
  readonly name: string;
  readonly installed: string;
  readonly fixed: string | undefined;
  readonly locations: readonly EvidenceLocation[];
}

/** Every affected package with where it was found; the explanation knows all places, the finding one. */
export function Packages({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const explained = useExplanation(finding.findingArn ?? '').data?.packages ?? [];
  const packages = finding.packageVulnerabilityDetails?.vulnerablePackages ?? [];
  if (packages.length === 0) return null;
  const rows = packages.map((pkg, i): Row => {
    const name = pkg.name ?? '';
    const match = explained.find((candidate) => candidate.name === name && candidate.version === installedVersion(pkg));
    const own: EvidenceLocation[] =
      pkg.filePath === undefined
        ? []
        : [{ path: pkg.filePath, ...(pkg.sourceLayerHash === undefined ? {} : { layerDigest: pkg.sourceLayerHash }) }];
    return {
      key: `${i} ${name}`,
      name,
      installed: installedVersion(pkg),
      fixed: fixedVersion(pkg),
      locations: own.length > 0 ? own : (match?.locations ?? []),
    };
  });
  return (
    <Section title={t('detail.packages')}>
      <Table<Row>
        variant="borderless"
        contentDensity="compact"
        items={rows}
        trackBy="key"
        wrapLines
        ariaLabels={{ tableLabel: t('detail.packages') }}
        columnDefinitions={[
          { id: 'name', header: t('field.package'), isRowHeader: true, cell: (row) => <span className="assay-break">{row.name}</span> },
          { id: 'installed', header: t('detail.installed'), cell: (row) => <span className="assay-break">{row.installed}</span> },
          {
            id: 'fixed',
            header: t('field.fixedIn'),
            cell: (row) => <span className="assay-break">{row.fixed ?? t('findings.noFix')}</span>,
          },
          { id: 'path', header: t('detail.path'), cell: (row) => <Places locations={row.locations} /> },
        ]}
      />
    </Section>
  );
}

function Places({ locations }: { locations: readonly EvidenceLocation[] }) {
  const { t } = useI18n();
  if (locations.length === 0) return ABSENT;
  return locations.slice(0, 5).map((location) => (
    <div key={`${location.path} ${location.layerDigest}`} className="assay-break">
      {location.path}
      {location.layerDigest !== undefined && (
        <div className="assay-quiet" title={location.layerDigest}>
          {t('detail.layer')} {shortDigest(location.layerDigest)}
        </div>
      )}
    </div>
  ));
}
