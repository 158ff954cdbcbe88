import { useFindingDetail } from '../../../api/queries.ts';
import type { Finding } from '../../../api/types.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { ExternalLink } from '../../../ui/external-link.tsx';
import { Section } from './section.tsx';

export function References({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const detail = useFindingDetail(finding.findingArn ?? '').data;
  const own = finding.packageVulnerabilityDetails;
  const urls = [...new Set([own?.sourceUrl ?? '', ...(own?.referenceUrls ?? []), ...(detail?.referenceUrls ?? [])])].filter(
    (url) => url !== '',
  );
  if (urls.length === 0) return null;
  return (
    <Section title={t('detail.references')}>
      <ul className="assay-lines">
        {urls.slice(0, 30).map((url) => (
          <li key={url}>
            <ExternalLink href={url} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
