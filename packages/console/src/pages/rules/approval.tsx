import Toggle from '@cloudscape-design/components/toggle';
import { useMay } from '../../api/queries.ts';
import { ruleChanges, useApprovalRequired } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { useChange } from '../../ui/use-change.ts';

/** Whether an operator's rule waits for an admin; an admin turns it. */
export function Approval() {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const required = useApprovalRequired().data?.approvalRequired;
  const admin = useMay('admin');
  const action = useChange();
  if (required === undefined) return null;
  if (!admin) return required ? <p className="assay-text">{t('rules.approvalRequired')}</p> : null;
  return (
    <Toggle
      checked={required}
      disabled={action.working}
      description={action.error ?? undefined}
      onChange={({ detail }) => void action.run(() => ruleChanges(client).requireApproval(detail.checked))}
    >
      {t('rules.approvalRequired')}
    </Toggle>
  );
}
