import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { Pager } from '../../ui/pager.tsx';
import type { Action } from '../../ui/use-action.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { type AccessKey, useAccessKeys } from './accounts.ts';

const ROLES = ['viewer', 'operator', 'admin'] as const;
interface NewKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** For admins only: others may not even list them. */
export function AccessKeys({ action }: { action: Action }) {
  const { t, format } = useI18n();
  const pages = usePages('access-keys');
  const query = useAccessKeys(pages.token);
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<NewKey | null>(null);
  const [deleting, setDeleting] = useState<AccessKey | null>(null);
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  const nextToken = query.data?.nextToken;
  return (
    <>
      <Table<AccessKey>
        items={query.data?.accessKeys ?? []}
        loading={query.isPending}
        trackBy="accessKeyId"
        contentDensity="compact"
        ariaLabels={{ tableLabel: t('accounts.keys') }}
        header={
          <Header variant="h2" actions={<Button onClick={() => setCreating(true)}>{t('accounts.createKey')}</Button>}>
            {t('accounts.keys')}
          </Header>
        }
        pagination={
          pages.count(nextToken) > 1 && <Pager pages={pages} nextToken={nextToken} label={t('accounts.keys')} disabled={query.isFetching} />
        }
        columnDefinitions={[
          {
            id: 'id',
            header: t('accounts.keyId'),
            isRowHeader: true,
            cell: ({ accessKeyId }) => <code className="assay-code">{accessKeyId}</code>,
          },
          { id: 'user', header: t('accounts.user'), cell: ({ userName }) => userName },
          { id: 'role', header: t('accounts.role'), cell: ({ role }) => t(`accounts.role.${role}`) },
          { id: 'created', header: t('accounts.created'), cell: ({ createdAt }) => format.date(createdAt) },
          {
            id: 'actions',
            header: t('resources.actions'),
            cell: (key) => (
              <Button variant="inline-link" ariaLabel={`${t('accounts.deleteKey')} ${key.accessKeyId}`} onClick={() => setDeleting(key)}>
                {t('accounts.deleteKey')}
              </Button>
            ),
          },
        ]}
      />
      {creating && <CreateKey action={action} onMade={setMade} onClose={() => setCreating(false)} />}
      {made !== null && <Secret made={made} onClose={() => setMade(null)} />}
      {deleting !== null && <DeleteKey accessKey={deleting} action={action} onClose={() => setDeleting(null)} />}
    </>
  );
}

function DeleteKey({ accessKey, action, onClose }: { accessKey: AccessKey; action: Action; onClose: () => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const { accessKeyId, userName } = accessKey;
  return (
    <Dialog
      title={t('accounts.deleteKeyTitle', { key: accessKeyId })}
      action={t('accounts.deleteKey')}
      onClose={onClose}
      onConfirm={() =>
        action.run(() => client.ask('assay', '/assay/access-keys/delete', { accessKeyId }), t('accounts.keyDeleted', { key: accessKeyId }))
      }
    >
      {t('accounts.deleteKeyText', { user: userName })}
    </Dialog>
  );
}

function CreateKey({ action, onMade, onClose }: { action: Action; onMade: (key: NewKey) => void; onClose: () => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const [userName, setUserName] = useState('');
  const [role, setRole] = useState<(typeof ROLES)[number]>('viewer');
  async function create() {
    const made = await client.ask<NewKey>('assay', '/assay/access-keys/create', { userName: userName.trim(), role });
    onMade(made);
    await action.say(t('accounts.keyCreated', { key: made.accessKeyId }));
  }
  return (
    <Dialog
      title={t('accounts.createKey')}
      action={t('accounts.createKey')}
      enabled={userName.trim() !== ''}
      onConfirm={create}
      onClose={onClose}
    >
      <FormField label={t('accounts.user')} description={t('accounts.userText')}>
        <Input value={userName} autoComplete={false} onChange={({ detail }) => setUserName(detail.value)} />
      </FormField>
      <FormField label={t('accounts.role')} description={t('accounts.roleText')}>
        <Select
          selectedOption={{ value: role, label: t(`accounts.role.${role}`) }}
          options={ROLES.map((value) => ({ value, label: t(`accounts.role.${value}`) }))}
          onChange={({ detail }) => setRole(ROLES.find((one) => one === detail.selectedOption.value) ?? role)}
        />
      </FormField>
    </Dialog>
  );
}

/** Shown once: the service cannot tell it again. */
function Secret({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Modal
      visible
      header={t('accounts.secretTitle')}
      closeAriaLabel={t('app.close')}
      onDismiss={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t('accounts.secretSaved')}
        </Button>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">{t('accounts.secretText')}</Alert>
        <CommandLine command={`AWS_ACCESS_KEY_ID=${made.accessKeyId}`} />
        <CommandLine command={`AWS_SECRET_ACCESS_KEY=${made.secretAccessKey}`} />
      </SpaceBetween>
    </Modal>
  );
}
