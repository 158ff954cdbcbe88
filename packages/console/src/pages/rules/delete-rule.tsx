import { useQueryClient } from '@tanstack/react-query';
import { ruleChanges } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import type { RuleDialogProps } from './approve-rule.tsx';

export function DeleteRule({ rule, onClose, onDone }: RuleDialogProps) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const queries = useQueryClient();
  async function remove() {
    await ruleChanges(client).remove(rule.filterArn);
    await queries.invalidateQueries();
    onDone(t('rules.deleted', { name: rule.name }));
  }
  return (
    <Dialog title={t('rules.deleteTitle', { name: rule.name })} onClose={onClose} action={t('rules.delete')} onConfirm={remove}>
      <p className="assay-text">{t('rules.deleteText', { count: rule.hidden })}</p>
    </Dialog>
  );
}
