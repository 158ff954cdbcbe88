import Checkbox from '@cloudscape-design/components/checkbox';
import DateInput from '@cloudscape-design/components/date-input';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ruleChanges, type SuppressionRule } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { findingCriteria } from '../findings/criteria.ts';
import { criteriaConditions } from '../findings/criteria-conditions.ts';
import { CriteriaText } from '../findings/criteria-text.tsx';
import { FilterBox } from '../findings/filter-box.tsx';
import type { Condition } from '../findings/findings-state.ts';
import { dayText, firstDraft, type RuleDraft, readyDraft, wishOf } from './rule-draft.ts';
import { RulePreview } from './rule-preview.tsx';

interface RuleFormProps {
  /** The rule to change; without it a new one is made from `conditions`. */
  readonly rule?: SuppressionRule;
  readonly conditions?: readonly Condition[];
  readonly onClose: () => void;
  readonly onDone: (message: string) => void;
}

export function RuleForm({ rule, conditions = [], onClose, onDone }: RuleFormProps) {
  const { t } = useI18n();
  const { client, now } = useEnvironment();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => firstDraft(rule, now()));
  const own = rule === undefined ? conditions : criteriaConditions(rule.filterCriteria);
  const [wanted, setWanted] = useState<readonly Condition[] | null>(own);
  const criteria =
    wanted === null && rule !== undefined ? rule.filterCriteria : findingCriteria({ conditions: wanted ?? [], status: 'ALL' }, now());
  const ready = readyDraft(draft, now()) && Object.keys(criteria).length > 0;
  async function save() {
    const changes = ruleChanges(client);
    const wish = { ...wishOf(draft, rule !== undefined), filterCriteria: criteria };
    if (rule === undefined) {
      const made = await changes.create(wish);
      onDone(t(made.state === 'PENDING_APPROVAL' ? 'rules.waits' : 'rules.created', { name: wish.name }));
    } else {
      await changes.update(rule.filterArn, wish);
      onDone(t('rules.changed', { name: wish.name }));
    }
    await queries.invalidateQueries();
  }
  return (
    <Dialog
      wide
      title={rule === undefined ? t('rules.createTitle') : t('rules.changeTitle', { name: rule.name })}
      onClose={onClose}
      action={t(rule === undefined ? 'rules.create' : 'app.save')}
      enabled={ready}
      onConfirm={save}
    >
      {wanted === null ? (
        <CriteriaText criteria={criteria} />
      ) : (
        <FormField label={t('rules.criteria')} description={t('rules.criteriaHint')} stretch>
          <FilterBox conditions={wanted} status="ACTIVE" grouped onConditions={setWanted} onStatus={() => undefined} />
        </FormField>
      )}
      <RulePreview criteria={criteria} />
      <Fields draft={draft} onDraft={setDraft} />
    </Dialog>
  );
}

function Fields({ draft, onDraft }: { draft: RuleDraft; onDraft: (draft: RuleDraft) => void }) {
  const { t } = useI18n();
  const { now } = useEnvironment();
  const late = !draft.forever && draft.expires !== '' && draft.expires <= dayText(now());
  return (
    <SpaceBetween size="m">
      <FormField label={t('rules.name')} stretch>
        <Input value={draft.name} onChange={({ detail }) => onDraft({ ...draft, name: detail.value })} />
      </FormField>
      <FormField label={t('rules.reason')} description={t('rules.reasonHint')} stretch>
        <Textarea rows={2} value={draft.reason} onChange={({ detail }) => onDraft({ ...draft, reason: detail.value })} />
      </FormField>
      <FormField label={t('rules.owner')} description={t('rules.ownerHint')} stretch>
        <Input value={draft.owner} onChange={({ detail }) => onDraft({ ...draft, owner: detail.value })} />
      </FormField>
      <FormField
        label={t('rules.expires')}
        description={t('rules.expiresHint')}
        constraintText="YYYY-MM-DD"
        errorText={late ? t('rules.expiresLate') : undefined}
      >
        <DateInput
          value={draft.forever ? '' : draft.expires}
          format="iso"
          inputFormat="iso"
          granularity="day"
          disabled={draft.forever}
          onChange={({ detail }) => onDraft({ ...draft, expires: detail.value })}
        />
      </FormField>
      <Checkbox checked={draft.forever} onChange={({ detail }) => onDraft({ ...draft, forever: detail.checked })}>
        {t('rules.never')}
      </Checkbox>
    </SpaceBetween>
  );
}
