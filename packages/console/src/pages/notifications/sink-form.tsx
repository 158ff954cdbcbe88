import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { severityKey, severityName } from '../../ui/severity.tsx';
import { SEVERITY_ORDER } from '../findings/filter-fields.ts';
import { createInput, EMPTY_DRAFT, isComplete, type SinkDraft } from './sink-draft.ts';
import { type SinkField, type SinkKind, type SinkMode, useSinkKinds } from './sinks.ts';

/** Which kinds there are and what each wants to know comes from the service. */
export function SinkForm({ onMade, onClose }: { onMade: (make: () => Promise<unknown>) => Promise<unknown>; onClose: () => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const kinds = useSinkKinds().data?.kinds ?? [];
  const [draft, setDraft] = useState<SinkDraft>(EMPTY_DRAFT);
  const kind = kinds.find((one) => one.kind === draft.kind);
  const change = (part: Partial<SinkDraft>) => setDraft((before) => ({ ...before, ...part }));
  async function create() {
    if (kind !== undefined) await onMade(() => client.ask('assay', '/assay/sinks/create', createInput(draft, kind)));
  }
  return (
    <Dialog
      title={t('notifications.create')}
      action={t('notifications.create')}
      enabled={isComplete(draft, kind)}
      onConfirm={create}
      onClose={onClose}
    >
      <FormField label={t('notifications.name')}>
        <Input value={draft.name} onChange={({ detail }) => change({ name: detail.value })} />
      </FormField>
      <FormField label={t('notifications.kind')}>
        <Select
          selectedOption={kind === undefined ? null : { value: kind.kind, label: kind.kind }}
          options={kinds.map((one) => ({ value: one.kind, label: one.kind }))}
          placeholder={t('notifications.chooseKind')}
          onChange={({ detail }) => change({ kind: detail.selectedOption.value ?? '', config: {}, secret: '', mode: undefined })}
        />
      </FormField>
      {kind?.fields.map((field) => (
        <TextField
          key={field.name}
          field={field}
          value={draft.config[field.name] ?? ''}
          onChange={(value) => change({ config: { ...draft.config, [field.name]: value } })}
        />
      ))}
      {kind?.secret !== undefined && (
        <TextField field={kind.secret} secret value={draft.secret} onChange={(secret) => change({ secret })} />
      )}
      {kind !== undefined && <When kind={kind} draft={draft} change={change} />}
      {kind !== undefined && <Narrow draft={draft} change={change} />}
    </Dialog>
  );
}

interface TextFieldProps {
  readonly field: SinkField;
  readonly value: string;
  readonly secret?: boolean;
  readonly onChange: (value: string) => void;
}
function TextField({ field, value, secret = false, onChange }: TextFieldProps) {
  const { t } = useI18n();
  const name = secret ? t('notifications.secret') : field.name;
  return (
    <FormField label={field.required ? name : t('notifications.optional', { name })} description={field.about}>
      <Input
        value={value}
        type={secret ? 'password' : 'text'}
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}

interface PartProps {
  readonly draft: SinkDraft;
  readonly change: (part: Partial<SinkDraft>) => void;
}
function When({ kind, draft, change }: PartProps & { kind: SinkKind }) {
  const { t } = useI18n();
  const mode = draft.mode ?? kind.modes[0] ?? 'EACH';
  const hours = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${String(hour).padStart(2, '0')}:00` }));
  return (
    <>
      <FormField label={t('notifications.mode')} description={t(`notifications.mode.${mode}.text`)}>
        <Select
          selectedOption={{ value: mode, label: t(`notifications.mode.${mode}`) }}
          options={kind.modes.map((one) => ({ value: one, label: t(`notifications.mode.${one}`) }))}
          onChange={({ detail }) => change({ mode: detail.selectedOption.value as SinkMode })}
        />
      </FormField>
      {mode === 'DAILY_DIGEST' && (
        <FormField label={t('notifications.hour')}>
          <Select
            selectedOption={hours[Number(draft.digestHour)] ?? null}
            options={hours}
            onChange={({ detail }) => change({ digestHour: detail.selectedOption.value ?? '8' })}
          />
        </FormField>
      )}
    </>
  );
}

function Narrow({ draft, change }: PartProps) {
  const { t } = useI18n();
  const option = (value: string) => ({ value, label: t(severityKey(severityName(value))) });
  return (
    <>
      <FormField label={t('notifications.severities')} description={t('notifications.severitiesText')}>
        <Multiselect
          selectedOptions={draft.severities.map(option)}
          options={SEVERITY_ORDER.map(option)}
          placeholder={t('notifications.anySeverity')}
          deselectAriaLabel={({ label }) => t('notifications.without', { name: label ?? '' })}
          onChange={({ detail }) =>
            change({ severities: detail.selectedOptions.flatMap(({ value }) => (value === undefined ? [] : [value])) })
          }
        />
      </FormField>
      <Checkbox checked={draft.inUse} onChange={({ detail }) => change({ inUse: detail.checked })}>
        {t('notifications.inUse')}
      </Checkbox>
    </>
  );
}
