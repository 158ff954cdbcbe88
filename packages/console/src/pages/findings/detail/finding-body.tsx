import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useFinding, useFindingDetail } from '../../../api/queries.ts';
import type { Finding } from '../../../api/types.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { useEnvironment } from '../../../ui/environment.tsx';
import { LoadError } from '../../../ui/load-error.tsx';
import { SeverityMark, severityName } from '../../../ui/severity.tsx';
import { choiceLabel } from '../choice-label.ts';
import { resourceName, vulnerabilityOf } from '../finding-facts.ts';
import type { FindingsState } from '../findings-state.ts';
import { Exploitation } from './exploitation.tsx';
import { Fix } from './fix.tsx';
import { History, SuppressedBy } from './history.tsx';
import { Packages } from './packages.tsx';
import { References } from './references.tsx';
import { ScoreWhy } from './score-why.tsx';
import { Section } from './section.tsx';
import { WhereItRuns } from './where-it-runs.tsx';
import { Why } from './why.tsx';

interface FindingBodyProps {
  readonly findingArn: string;
  readonly group: string | null;
  readonly onState: (change: Partial<FindingsState>) => void;
}

export function FindingBody({ findingArn, group, onState }: FindingBodyProps) {
  const { t } = useI18n();
  const query = useFinding(findingArn);
  if (query.isPending) return <Spinner />;
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  const finding = query.data;
  if (finding === null) return <Box>{t('detail.gone')}</Box>;
  return (
    <SpaceBetween size="l">
      {group !== null && (
        <Button variant="inline-link" iconName="arrow-left" onClick={() => onState({ finding: null })}>
          {group}
        </Button>
      )}
      <Overview finding={finding} />
      <SuppressedBy finding={finding} />
      <Fix finding={finding} />
      <WhereItRuns finding={finding} />
      <Why finding={finding} />
      <ScoreWhy finding={finding} />
      <Exploitation finding={finding} />
      <Packages finding={finding} />
      <Description finding={finding} />
      <References finding={finding} />
      <History finding={finding} />
    </SpaceBetween>
  );
}

function Overview({ finding }: { finding: Finding }) {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  const resource = finding.resources?.[0];
  const { name, detail } = resourceName(resource);
  const image = resource?.details?.awsEcrContainerImage;
  return (
    <SpaceBetween size="s">
      <div className="assay-title">
        <h3 className="assay-vulnerability">{vulnerabilityOf(finding)}</h3>
        <CopyToClipboard
          variant="icon"
          textToCopy={finding.findingArn ?? ''}
          copyButtonAriaLabel={t('detail.copyArn')}
          copySuccessText={t('app.copied')}
          copyErrorText={t('app.copyFailed')}
        />
      </div>
      <KeyValuePairs
        columns={2}
        items={[
          { label: t('field.severity'), value: <SeverityMark severity={severityName(finding.severity)} /> },
          { label: t('field.status'), value: choiceLabel('status', finding.status ?? '', t) },
          {
            label: t('field.resource'),
            value: (
              <span title={detail} className="assay-break">
                {name} <span className="assay-quiet">{choiceLabel('resourceType', resource?.type ?? '', t)}</span>
              </span>
            ),
          },
          {
            label: t('field.age'),
            value: <span title={format.dateTime(finding.firstObservedAt)}>{format.age(finding.firstObservedAt, now())}</span>,
          },
          ...(image?.inUseCount === undefined
            ? []
            : [
                { label: t('detail.inUse'), value: t('detail.inUseCount', { count: image.inUseCount }) },
                { label: t('field.lastInUse'), value: format.ago(image.lastInUseAt, now()) },
              ]),
        ]}
      />
    </SpaceBetween>
  );
}

function Description({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const detail = useFindingDetail(finding.findingArn ?? '').data;
  const cwes = detail?.cwes ?? [];
  const related = finding.packageVulnerabilityDetails?.relatedVulnerabilities ?? [];
  if ((finding.description ?? '') === '') return null;
  return (
    <Section title={t('detail.description')}>
      <p className="assay-text">{finding.description}</p>
      {cwes.length > 0 && (
        <p className="assay-text assay-quiet">
          {t('detail.weaknesses')}: {cwes.join(', ')}
        </p>
      )}
      {related.length > 0 && (
        <p className="assay-text assay-quiet">
          {t('detail.related')}: {related.join(', ')}
        </p>
      )}
    </Section>
  );
}
