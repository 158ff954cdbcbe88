import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import type { AuditState } from './audit-state.ts';

/** Give it the address as `key`: what was typed and not asked goes with Back. */
export function AuditFilter({ state, onAsk }: { state: AuditState; onAsk: (state: AuditState) => void }) {
  const { t } = useI18n();
  const [draft, setDraft] = useState(state);
  const change = (part: Partial<AuditState>) => setDraft({ ...draft, ...part });
  return (
    <form
      className="assay-facts"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(draft);
      }}
    >
      {(['operation', 'principal', 'resource'] as const).map((name) => (
        <FormField key={name} label={t(`audit.${name}`)}>
          <Input value={draft[name]} placeholder={t(`audit.${name}.example`)} onChange={({ detail }) => change({ [name]: detail.value })} />
        </FormField>
      ))}
      <div>
        <Checkbox checked={draft.changes} onChange={({ detail }) => change({ changes: detail.checked })}>
          {t('audit.changes')}
        </Checkbox>
        <Checkbox checked={draft.failed} onChange={({ detail }) => change({ failed: detail.checked })}>
          {t('audit.failed')}
        </Checkbox>
      </div>
      <Button formAction="submit">{t('app.apply')}</Button>
    </form>
  );
}
