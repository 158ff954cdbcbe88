import { ruleChanges, type SuppressionRule } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { useAction } from '../../ui/use-action.ts';
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
  const action = useAction();
  async function approve() {
    if ((await action.run(() => ruleChanges(client).approve(rule.filterArn))) !== undefined)
      onDone(t('rules.approved', { name: rule.name }));
  }
  return (
    <Dialog
      title={t('rules.approveTitle', { name: rule.name })}
      onClose={onClose}
      action={action}
      confirm={{ label: t('rules.approve'), onConfirm: () => void approve() }}
    >
      <CriteriaText criteria={rule.filterCriteria} />
      <RulePreview criteria={rule.filterCriteria} />
    </Dialog>
  );
}
