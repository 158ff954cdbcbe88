import { useHearsOfClusters } from '../../../api/fix-first.ts';
import { useExplanation } from '../../../api/queries.ts';
import type { Finding } from '../../../api/types.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { CommandLine } from '../../../ui/command-line.tsx';
import { Places } from '../../images/where-it-runs.tsx';
import { choiceLabel } from '../choice-label.ts';
import { Section } from './section.tsx';
import { UseHistory } from './use-history.tsx';

/** Of an image: clusters and workloads that run it now, who reaches them, and where it ran before. */
export function WhereItRuns({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const resource = finding.resources?.[0];
  if (resource?.details?.awsEcrContainerImage === undefined) return null;
  return (
    <Section title={t('detail.runs')}>
      <Places resourceArn={resource.id ?? ''} nowhere={<Nowhere />} />
      <Reached finding={finding} />
      <UseHistory finding={finding} />
    </Section>
  );
}

/** Why no cluster is named: none runs it, or nobody tells. */
function Nowhere() {
  const { t } = useI18n();
  return useHearsOfClusters() === false ? (
    <>
      <p className="assay-text">{t('fixFirst.nobodyTells')}</p>
      <CommandLine command="npx assay cluster add shop" />
    </>
  ) : (
    <p className="assay-text">{t('detail.runsNowhere')}</p>
  );
}

function Reached({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const exposure = useExplanation(finding.findingArn ?? '').data?.score.exposure;
  if (exposure === undefined || exposure === 'UNKNOWN') return null;
  return (
    <p className="assay-text">
      {t('detail.reached')}: {choiceLabel('fixFirst.exposure', exposure, t)}
    </p>
  );
}
