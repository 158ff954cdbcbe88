import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useState } from 'react';
import { KEY_PROVIDERS, type KeyProvider } from '../../api/keys.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import type { Action } from '../../ui/use-action.tsx';

export function KeyForm({ action, onClose }: { action: Action; onClose: () => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const [provider, setProvider] = useState<KeyProvider>('LOCAL');
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const local = provider === 'LOCAL';
  async function create() {
    await client.ask('assay', '/assay/keys/create', {
      provider,
      ...(local ? {} : { name: name.trim() }),
      ...(description.trim() === '' ? {} : { description: description.trim() }),
    });
    await action.say(t('settings.keyAdded'));
  }
  return (
    <Dialog
      title={t('settings.addKey')}
      action={t('settings.addKey')}
      enabled={local || name.trim() !== ''}
      onConfirm={create}
      onClose={onClose}
    >
      <FormField label={t('settings.lies')}>
        <RadioGroup
          value={provider}
          items={KEY_PROVIDERS.map((value) => ({
            value,
            label: t(`settings.provider.${value}`),
            description: t(`settings.providerText.${value}`),
          }))}
          onChange={({ detail }) => setProvider(KEY_PROVIDERS.find((one) => one === detail.value) ?? provider)}
        />
      </FormField>
      {!local && (
        <FormField label={t(provider === 'KMS' ? 'settings.kmsName' : 'settings.transitName')}>
          <Input value={name} autoComplete={false} spellcheck={false} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
      )}
      <FormField label={t('settings.description')}>
        <Input value={description} onChange={({ detail }) => setDescription(detail.value)} />
      </FormField>
    </Dialog>
  );
}
