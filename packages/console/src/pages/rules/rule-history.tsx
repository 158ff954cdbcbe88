import Spinner from '@cloudscape-design/components/spinner';
import { type SuppressionRule, useRuleChanges } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { choiceLabel } from '../findings/choice-label.ts';

export function RuleHistory({ rule, onClose }: { rule: SuppressionRule; onClose: () => void }) {
  const { t, format } = useI18n();
  const query = useRuleChanges(rule.filterArn);
  return (
    <Dialog title={t('rules.historyTitle', { name: rule.name })} onClose={onClose}>
      {query.isPending && <Spinner />}
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
      <ol className="assay-timeline">
        {(query.data?.changes ?? []).map((one) => (
          <li key={`${one.at} ${one.change}`}>
            <b>{choiceLabel('rules.change', one.change, t)}</b> <span className="assay-quiet">{format.dateTime(one.at)}</span>
            <div className="assay-break">{one.actor}</div>
            {one.detail !== '' && <div className="assay-quiet assay-break">{one.detail}</div>}
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
