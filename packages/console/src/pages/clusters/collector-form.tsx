import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import type { Action } from '../../ui/use-action.tsx';
import {
  type Collector,
  type CollectorDraft,
  type CollectorField,
  type CollectorKind,
  collectorInput,
  draftOf,
  EMPTY_COLLECTOR,
  isComplete,
  useCollectorKinds,
} from './collectors.ts';
import type { NewToken } from './collectors-table.tsx';

interface CollectorFormProps {
  /** The one to change; without it one is made. */
  readonly collector?: Collector;
  readonly action: Action;
  readonly onToken: (made: NewToken) => void;
  readonly onClose: () => void;
}

/** Which kinds there are and what each wants to know comes from the service. */
export function CollectorForm({ collector, action, onToken, onClose }: CollectorFormProps) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const query = useCollectorKinds();
  const [draft, setDraft] = useState<CollectorDraft>(collector === undefined ? EMPTY_COLLECTOR : draftOf(collector));
  const kind = query.data?.kinds.find((one) => one.kind === draft.kind);
  const change = (part: Partial<CollectorDraft>) => setDraft((before) => ({ ...before, ...part }));
  async function save() {
    if (kind === undefined) return;
    const [path, target] = collector === undefined ? ['create', { kind: kind.kind }] : ['update', { collectorArn: collector.collectorArn }];
    const input = { ...target, ...collectorInput(draft, kind) };
    const { token } = await client.ask<{ token?: string }>('assay', `/assay/collectors/${path}`, input);
    const name = draft.name.trim();
    if (token !== undefined) onToken({ name, token });
    void action.say(t(collector === undefined ? 'collectors.added' : 'collectors.changed', { name }));
  }
  const kept = collector !== undefined;
  return (
    <Dialog
      title={collector === undefined ? t('collectors.add') : t('collectors.changeTitle', { name: collector.name })}
      action={t(kept ? 'app.save' : 'collectors.add')}
      enabled={isComplete(draft, kind, kept)}
      onConfirm={save}
      onClose={onClose}
    >
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
      <FormField label={t('collectors.name')} description={t('collectors.nameText')}>
        <Input value={draft.name} autoComplete={false} onChange={({ detail }) => change({ name: detail.value })} />
      </FormField>
      <KindSelect
        kinds={query.data?.kinds ?? []}
        kind={kind}
        fixed={kept}
        onKind={(next) => change({ kind: next, config: {}, secret: '' })}
      />
      {kind !== undefined && <KindFields kind={kind} kept={kept} draft={draft} change={change} />}
    </Dialog>
  );
}

interface KindSelectProps {
  readonly kinds: readonly CollectorKind[];
  readonly kind: CollectorKind | undefined;
  /** Another kind would be another collector. */
  readonly fixed: boolean;
  readonly onKind: (kind: string) => void;
}
function KindSelect({ kinds, kind, fixed, onKind }: KindSelectProps) {
  const { t } = useI18n();
  const option = (one: CollectorKind) => ({
    value: one.kind,
    label: one.watchedHere ? t('collectors.watched', { kind: one.kind }) : t('collectors.push'),
  });
  return (
    <FormField
      label={t('collectors.where')}
      description={kind !== undefined && !fixed && (kind.watchedHere ? t('collectors.watchedText') : t('collectors.pushText'))}
    >
      <Select
        disabled={fixed}
        selectedOption={kind === undefined ? null : option(kind)}
        options={kinds.map(option)}
        onChange={({ detail }) => onKind(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

interface KindFieldsProps {
  readonly kind: CollectorKind;
  /** Whether a secret may be stored already. */
  readonly kept: boolean;
  readonly draft: CollectorDraft;
  readonly change: (part: Partial<CollectorDraft>) => void;
}
function KindFields({ kind, kept, draft, change }: KindFieldsProps) {
  const { t } = useI18n();
  const label = ({ name, required }: CollectorField, shown = name) => (required ? shown : t('collectors.optional', { name: shown }));
  return (
    <SpaceBetween size="m">
      {kind.fields.map((field) => (
        <FormField key={field.name} label={label(field)} description={field.about}>
          <Input
            value={draft.config[field.name] ?? ''}
            autoComplete={false}
            spellcheck={false}
            onChange={({ detail }) => change({ config: { ...draft.config, [field.name]: detail.value } })}
          />
        </FormField>
      ))}
      {kind.secret !== undefined && (
        <FormField
          label={kept ? t('collectors.newSecret') : label(kind.secret, t('collectors.secret'))}
          description={kind.secret.about}
          constraintText={t(kept ? 'collectors.secretKept' : 'collectors.secretText')}
        >
          <Textarea value={draft.secret} rows={4} spellcheck={false} onChange={({ detail }) => change({ secret: detail.value })} />
        </FormField>
      )}
      {kind.permissions.length > 0 && (
        <FormField label={t('collectors.permissions')}>
          <ul className="assay-lines">
            {kind.permissions.map((one) => (
              <li key={one}>
                <code className="assay-code">{one}</code>
              </li>
            ))}
          </ul>
        </FormField>
      )}
    </SpaceBetween>
  );
}
