import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { ScoreReason } from '../../../api/assay-types.ts';
import { useExplanation } from '../../../api/queries.ts';
import type { Finding } from '../../../api/types.ts';
import { type BaseMetric, vectorParts, vectorWeight } from '../../../format/cvss-vector.ts';
import { metricKey, metricValueKey } from '../../../i18n/cvss-keys.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { choiceLabel } from '../choice-label.ts';
import { Adjustments } from './adjustments.tsx';
import { Section } from './section.tsx';

/** Which score was taken, metric by metric in words, and the ones that were not. */
export function ScoreWhy({ finding }: { finding: Finding }) {
  const { t, format } = useI18n();
  const explanation = useExplanation(finding.findingArn ?? '').data;
  const adjusted = finding.inspectorScoreDetails?.adjustedCvss;
  const reasons = explanation?.score.reasons ?? (finding.packageVulnerabilityDetails?.cvss ?? []).map(reasonOf);
  const used =
    reasons.find((reason) => reason.used && reason.vector !== undefined) ?? (adjusted === undefined ? undefined : adjustedReason(adjusted));
  const others = reasons.filter((reason) => reason !== used && reason.vector !== undefined);
  const vendor = finding.packageVulnerabilityDetails?.vendorSeverity ?? '';
  return (
    <Section title={t('detail.score')}>
      {used === undefined && finding.severity === 'UNTRIAGED' && <p className="assay-text">{t('detail.scoreNone')}</p>}
      {used === undefined && finding.severity !== 'UNTRIAGED' && (
        <p className="assay-text">
          {t('detail.scoreWord', {
            source: explanation?.score.severitySource ?? finding.packageVulnerabilityDetails?.source ?? '',
            word: vendor === '' ? choiceLabel('severity', finding.severity ?? '', t) : vendor,
          })}
        </p>
      )}
      {used !== undefined && <Vector reason={used} />}
      {explanation !== undefined && <Adjustments score={explanation.score} />}
      {others.length > 0 && (
        <ExpandableSection headerText={t('detail.otherScores')} variant="footer">
          <ul className="assay-lines">
            {others.map((reason) => (
              <li key={`${reason.source} ${reason.vector}`}>
                {scoreLine(reason, t, format.score)}
                <code className="assay-code assay-block">{reason.vector}</code>
              </li>
            ))}
          </ul>
        </ExpandableSection>
      )}
    </Section>
  );
}

function Vector({ reason }: { reason: ScoreReason }) {
  const { t, format } = useI18n();
  return (
    <>
      <p className="assay-text">{scoreLine(reason, t, format.score)}</p>
      <dl className="assay-vector">
        {vectorParts(reason.vector).map((part) => (
          <div key={part.metric} data-weight={vectorWeight(part)}>
            <dt>{t(metricKey(part.metric as BaseMetric))}</dt>
            <dd>{t(metricValueKey(part.metric as BaseMetric, part.value))}</dd>
          </div>
        ))}
      </dl>
      <code className="assay-code assay-block">{reason.vector}</code>
    </>
  );
}

function scoreLine(reason: ScoreReason, t: ReturnType<typeof useI18n>['t'], score: (value: number | undefined) => string): string {
  return t('detail.scoreOf', { score: score(reason.baseScore), source: reason.source, version: reason.version ?? '' });
}

function reasonOf(cvss: {
  baseScore?: number | undefined;
  scoringVector?: string | undefined;
  version?: string | undefined;
  source?: string | undefined;
}): ScoreReason {
  return {
    source: cvss.source ?? '',
    used: false,
    ...(cvss.scoringVector === undefined ? {} : { vector: cvss.scoringVector }),
    ...(cvss.version === undefined ? {} : { version: cvss.version }),
    ...(cvss.baseScore === undefined ? {} : { baseScore: cvss.baseScore }),
  };
}
function adjustedReason(adjusted: NonNullable<NonNullable<Finding['inspectorScoreDetails']>['adjustedCvss']>): ScoreReason {
  return { ...reasonOf({ ...adjusted, baseScore: adjusted.score, source: adjusted.cvssSource ?? adjusted.scoreSource }), used: true };
}
