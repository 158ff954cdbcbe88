import FormField from '@cloudscape-design/components/form-field';
import Textarea from '@cloudscape-design/components/textarea';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DuePolicy } from '../../api/due.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';

/** The two lists as the documentation writes them; the service says what of them it does not take, and where. */
export function PolicyForm({ policy, onClose }: { policy: DuePolicy; onClose: () => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const queries = useQueryClient();
  const [rules, setRules] = useState(() => JSON.stringify(policy.rules, null, 2));
  const [owners, setOwners] = useState(() => JSON.stringify(policy.owners, null, 2));
  const lists = { rules: listOf(rules), owners: listOf(owners) };
  async function save() {
    await client.ask('assay', '/assay/due/policy/put', { rules: lists.rules });
    await client.ask('assay', '/assay/due/owners/put', { owners: lists.owners });
    await queries.invalidateQueries();
  }
  const problem = (list: unknown[] | null) => (list === null ? { errorText: t('due.noList') } : {});
  return (
    <Dialog
      wide
      title={t('due.change')}
      action={t('app.save')}
      enabled={lists.rules !== null && lists.owners !== null}
      onConfirm={save}
      onClose={onClose}
    >
      <FormField label={t('due.rules')} description={t('due.rulesHint')} stretch {...problem(lists.rules)}>
        <Textarea rows={12} spellcheck={false} value={rules} onChange={({ detail }) => setRules(detail.value)} />
      </FormField>
      <FormField label={t('due.ownerRules')} description={t('due.ownerRulesHint')} stretch {...problem(lists.owners)}>
        <Textarea rows={6} spellcheck={false} value={owners} onChange={({ detail }) => setOwners(detail.value)} />
      </FormField>
    </Dialog>
  );
}

function listOf(text: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
