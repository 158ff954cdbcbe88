import type { FindingExplanation } from '../../../api/assay-types.ts';
import { vectorParts } from '../../../format/cvss-vector.ts';
import { useI18n } from '../../../i18n/i18n.tsx';

/** Metric by metric: what was published, what holds for this resource, and why. */
export function Adjustments({ score }: { score: FindingExplanation['score'] }) {
  const { t } = useI18n();
  if (score.adjustments.length === 0) return null;
  const was = new Map(vectorParts(score.startVector).map(({ metric, value }) => [metric as string, value]));
  const is = new Map(vectorParts(score.vector).map(({ metric, value }) => [metric as string, value]));
  return (
    <table className="assay-plain">
      <caption className="assay-hidden">{t('detail.adjusted')}</caption>
      <thead>
        <tr>
          {(['detail.metric', 'detail.published', 'detail.here', 'detail.because'] as const).map((key) => (
            <th key={key} scope="col">
              {t(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {score.adjustments.map(({ metric, reason }) => (
          <tr key={metric}>
            <th scope="row">{metric}</th>
            <td>{was.get(metric) ?? '–'}</td>
            <td>{is.get(metric) ?? '–'}</td>
            <td>{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
