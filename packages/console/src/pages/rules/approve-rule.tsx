import { useQueryClient } from '@tanstack/react-query';
import { ruleChanges, type SuppressionRule } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { CriteriaText } from '../findings/criteria-text.tsx';
import { RulePreview } from './rule-preview.tsx';

export interface RuleDialogProps {
  readonly rule: SuppressionRule;
  readonly onClose: () => void;
  readonly onDone: (message: string) => void;
}

/** Shows what the rule will hide before an admin agrees to it. */
export function ApproveRule({ rule, onClose, onDone }: RuleDialogProps) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const queries = useQueryClient();
  async function approve() {
    await ruleChanges(client).approve(rule.filterArn);
    await queries.invalidateQueries();
    onDone(t('rules.approved', { name: rule.name }));
  }
  return (
    <Dialog title={t('rules.approveTitle', { name: rule.name })} onClose={onClose} action={t('rules.approve')} onConfirm={approve}>
      <CriteriaText criteria={rule.filterCriteria} />
      <RulePreview criteria={rule.filterCriteria} />
    </Dialog>
  );
}
