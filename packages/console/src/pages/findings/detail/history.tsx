import { type HistoryEvent, useHistory, useRuleName } from '../../../api/history.ts';
import type { Finding } from '../../../api/types.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { choiceLabel } from '../choice-label.ts';
import { Section } from './section.tsx';

/** Every change of the finding, the newest first: what, when, by whom or by which advisories. */
export function History({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const events = useHistory(finding.findingArn ?? '').data?.events ?? [];
  if (events.length === 0) return null;
  return (
    <Section title={t('detail.history')}>
      <ol className="assay-timeline">
        {events.toReversed().map((event) => (
          <Entry key={`${event.at} ${event.kind}`} event={event} />
        ))}
      </ol>
    </Section>
  );
}

function Entry({ event }: { event: HistoryEvent }) {
  const { t, format } = useI18n();
  const rule = useRuleName(event.ruleArn).data;
  const facts = [
    ...(event.severity === undefined ? [] : [choiceLabel('severity', event.severity, t)]),
    ...(event.score === undefined ? [] : [format.score(event.score)]),
    ...(event.packagesAdded ?? []).map((name) => `+ ${name}`),
    ...(event.packagesRemoved ?? []).map((name) => `− ${name}`),
    ...(event.ruleArn === undefined ? [] : [t('detail.byRule', { name: rule?.name ?? event.ruleArn })]),
  ];
  return (
    <li>
      <b>{choiceLabel('detail.event', event.kind, t)}</b> <span className="assay-quiet">{format.dateTime(event.at)}</span>
      <div className="assay-break">{facts.join(' · ')}</div>
      <div className="assay-quiet assay-break">{event.actor}</div>
    </li>
  );
}

/** Which rule hides the finding, from its last suppression. */
export function SuppressedBy({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const events = useHistory(finding.findingArn ?? '').data?.events ?? [];
  const arn = finding.status === 'SUPPRESSED' ? events.findLast(({ ruleArn }) => ruleArn !== undefined)?.ruleArn : undefined;
  const rule = useRuleName(arn).data;
  if (arn === undefined) return null;
  return (
    <Section title={t('detail.suppressed')}>
      <p className="assay-text">{t('detail.byRule', { name: rule?.name ?? arn })}</p>
      {rule?.reason !== undefined && <p className="assay-text assay-quiet">{rule.reason}</p>}
    </Section>
  );
}
