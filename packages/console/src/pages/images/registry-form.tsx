import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { FREQUENCIES } from '../../api/images.ts';
import { type Notification, type Registry, type RegistryField, useRegistryKinds } from '../../api/registries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { KindFacts } from './capabilities.tsx';
import { draftOf, EMPTY_REGISTRY, isComplete, type RegistryDraft, registryInput } from './registry-draft.ts';

interface RegistryFormProps {
  /** The one to change; without it one is made. */
  readonly registry: Registry | undefined;
  readonly onDone: (notification: Notification, name: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Which kinds there are and what each wants to know comes from the service. */
export function RegistryForm({ registry, onDone, onClose }: RegistryFormProps) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const kinds = useRegistryKinds().data?.kinds ?? [];
  const [draft, setDraft] = useState<RegistryDraft>(registry === undefined ? EMPTY_REGISTRY : draftOf(registry));
  const kind = kinds.find((one) => one.kind === draft.kind);
  const change = (part: Partial<RegistryDraft>) => setDraft((before) => ({ ...before, ...part }));
  async function save() {
    if (kind === undefined) return;
    const input = registryInput(draft, kind);
    const [path, body] =
      registry === undefined
        ? ['/assay/registries/create', { kind: kind.kind, ...input }]
        : ['/assay/registries/update', { registryArn: registry.registryArn, ...input }];
    await onDone(await client.ask<Notification>('assay', path, body), draft.name.trim());
  }
  const title = registry === undefined ? t('images.addRegistry') : t('images.changeRegistry', { name: registry.name });
  return (
    <Dialog
      title={title}
      action={t(registry === undefined ? 'images.addRegistry' : 'app.save')}
      enabled={isComplete(draft, kind, registry !== undefined)}
      onConfirm={save}
      onClose={onClose}
    >
      <FormField label={t('notifications.name')}>
        <Input value={draft.name} onChange={({ detail }) => change({ name: detail.value })} />
      </FormField>
      <FormField label={t('notifications.kind')} description={t('images.kindText')}>
        <Select
          disabled={registry !== undefined}
          selectedOption={kind === undefined ? null : { value: kind.kind, label: kind.kind }}
          options={kinds.map((one) => ({ value: one.kind, label: one.kind, ...kindText(one.kind, t) }))}
          placeholder={t('notifications.chooseKind')}
          onChange={({ detail }) => change({ kind: detail.selectedOption.value ?? '', config: {}, secret: '' })}
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
        <SecretField field={kind.secret} kept={registry !== undefined} value={draft.secret} onChange={(secret) => change({ secret })} />
      )}
      {kind !== undefined && <Which draft={draft} change={change} />}
      {kind !== undefined && (
        <KindFacts kind={kind} capabilities={registry?.capabilities ?? kind.capabilities} isNew={registry === undefined} />
      )}
    </Dialog>
  );
}

function kindText(id: string, t: Translate) {
  return id === 'oci' || id === 'harbor' || id === 'ecr' ? { description: t(`images.kind.${id}`) } : {};
}

interface FieldProps {
  readonly field: RegistryField;
  readonly value: string;
  readonly onChange: (value: string) => void;
}
function TextField({ field, value, onChange }: FieldProps) {
  const { t } = useI18n();
  return (
    <FormField label={field.required ? field.name : t('notifications.optional', { name: field.name })} description={field.about}>
      <Input value={value} autoComplete={false} spellcheck={false} onChange={({ detail }) => onChange(detail.value)} />
    </FormField>
  );
}

function SecretField({ field, kept, value, onChange }: FieldProps & { kept: boolean }) {
  const { t } = useI18n();
  const name = t('notifications.secret');
  return (
    <FormField
      label={field.required && !kept ? name : t('notifications.optional', { name })}
      description={kept ? t('images.secretKept') : field.about}
    >
      <Input type="password" value={value} autoComplete={false} spellcheck={false} onChange={({ detail }) => onChange(detail.value)} />
    </FormField>
  );
}

/** Which repositories, and how often each is looked at. */
function Which({ draft, change }: { draft: RegistryDraft; change: (part: Partial<RegistryDraft>) => void }) {
  const { t } = useI18n();
  const rule = (at: number, part: Partial<RegistryDraft['frequencies'][number]>) =>
    change({ frequencies: draft.frequencies.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  const option = (frequency: (typeof FREQUENCIES)[number]) => ({ value: frequency, label: t(`images.frequency.${frequency}`) });
  return (
    <SpaceBetween size="m">
      <FormField label={t('images.include')} description={t('images.includeText')}>
        <Textarea value={draft.include} rows={2} spellcheck={false} onChange={({ detail }) => change({ include: detail.value })} />
      </FormField>
      <FormField label={t('images.frequencies')} description={t('images.frequenciesText')} stretch>
        <AttributeEditor
          items={draft.frequencies}
          addButtonText={t('images.addFrequency')}
          removeButtonText={t('images.remove')}
          empty={t('images.everyContinuous')}
          definition={[
            {
              label: t('images.pattern'),
              control: ({ pattern }, index) => (
                <Input
                  value={pattern}
                  placeholder="archive/**"
                  spellcheck={false}
                  onChange={({ detail }) => rule(index, { pattern: detail.value })}
                />
              ),
            },
            {
              label: t('images.frequency'),
              control: ({ frequency }, index) => (
                <Select
                  selectedOption={option(frequency)}
                  options={FREQUENCIES.map(option)}
                  onChange={({ detail }) =>
                    rule(index, { frequency: FREQUENCIES.find((one) => one === detail.selectedOption.value) ?? frequency })
                  }
                />
              ),
            },
          ]}
          onAddButtonClick={() => change({ frequencies: [...draft.frequencies, { pattern: '', frequency: 'SCAN_ON_PUSH' }] })}
          onRemoveButtonClick={({ detail }) => change({ frequencies: draft.frequencies.filter((_, index) => index !== detail.itemIndex) })}
        />
      </FormField>
      <FormField label={t('images.recentDays')} description={t('images.recentDaysText')}>
        <Input type="number" inputMode="numeric" value={draft.recentDays} onChange={({ detail }) => change({ recentDays: detail.value })} />
      </FormField>
      <FormField label={t('images.crawlMinutes')}>
        <Input
          type="number"
          inputMode="numeric"
          value={draft.crawlMinutes}
          onChange={({ detail }) => change({ crawlMinutes: detail.value })}
        />
      </FormField>
    </SpaceBetween>
  );
}
