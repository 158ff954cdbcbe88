import { ruleChanges } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { useAction } from '../../ui/use-action.ts';
import type { RuleDialogProps } from './approve-rule.tsx';

export function DeleteRule({ rule, onClose, onDone }: RuleDialogProps) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const action = useAction();
  async function remove() {
    if ((await action.run(() => ruleChanges(client).remove(rule.filterArn))) !== undefined) onDone(t('rules.deleted', { name: rule.name }));
  }
  return (
    <Dialog
      title={t('rules.deleteTitle', { name: rule.name })}
      onClose={onClose}
      action={action}
      confirm={{ label: t('rules.delete'), onConfirm: () => void remove() }}
    >
      <p className="assay-text">{t('rules.deleteText', { count: rule.hidden })}</p>
    </Dialog>
  );
}
