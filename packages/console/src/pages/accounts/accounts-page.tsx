import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useMay, useServiceStatus } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { type Action, useAction } from '../../ui/use-action.tsx';
import { AccessKeys } from './access-keys.tsx';
import type { Account, AccountAction, ScanType } from './accounts.ts';
import { AccountsTable } from './accounts-table.tsx';
import { ScanTypes } from './scan-types.tsx';

interface Chosen {
  readonly id: AccountAction;
  readonly account: Account;
  readonly present: readonly ScanType[];
}

export function AccountsPage() {
  const { t } = useI18n();
  const admin = useMay('admin');
  const own = useServiceStatus().data?.account;
  const action = useAction();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [creating, setCreating] = useState(false);
  const close = () => setChosen(null);
  const done = () => action.say(t('accounts.done'));
  return (
    <PageFrame title="accounts.title" notifications={action.messages}>
      <SpaceBetween size="l">
        <Header variant="h1" description={t('accounts.intro')}>
          {t('accounts.title')}
        </Header>
        <AccountsTable
          admin={admin ? own : undefined}
          onCreate={() => setCreating(true)}
          onAction={(id, account, present) => setChosen({ id, account, present })}
        />
        {admin && <AccessKeys action={action} />}
      </SpaceBetween>
      {creating && <CreateAccount onDone={done} onClose={() => setCreating(false)} />}
      {chosen?.id === 'types' && <ScanTypes accountId={chosen.account.accountId} present={chosen.present} onDone={done} onClose={close} />}
      {chosen !== null && chosen.id !== 'types' && <Confirm chosen={{ ...chosen, id: chosen.id }} action={action} onClose={close} />}
    </PageFrame>
  );
}

function CreateAccount({ onDone, onClose }: { onDone: () => Promise<unknown>; onClose: () => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const [name, setName] = useState('');
  async function create() {
    await client.ask('assay', '/assay/accounts/create', { name: name.trim() });
    await onDone();
  }
  return (
    <Dialog title={t('accounts.create')} action={t('accounts.create')} enabled={name.trim() !== ''} onConfirm={create} onClose={onClose}>
      <FormField label={t('accounts.name')}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </Dialog>
  );
}

type Question = Exclude<AccountAction, 'types'>;
const CALLS: Record<Question, (accountId: string) => readonly ['assay' | 'inspector2', string, unknown]> = {
  close: (accountId) => ['assay', '/assay/accounts/close', { accountId }],
  delegate: (delegatedAdminAccountId) => ['inspector2', '/delegatedadminaccounts/enable', { delegatedAdminAccountId }],
  undelegate: (delegatedAdminAccountId) => ['inspector2', '/delegatedadminaccounts/disable', { delegatedAdminAccountId }],
  associate: (accountId) => ['inspector2', '/members/associate', { accountId }],
  disassociate: (accountId) => ['inspector2', '/members/disassociate', { accountId }],
};

function Confirm({ chosen, action, onClose }: { chosen: { id: Question; account: Account }; action: Action; onClose: () => void }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const [service, path, body] = CALLS[chosen.id](chosen.account.accountId);
  return (
    <Dialog
      title={`${t(`accounts.action.${chosen.id}`)}: ${chosen.account.accountId}`}
      action={t(`accounts.action.${chosen.id}`)}
      onClose={onClose}
      onConfirm={() => action.run(() => client.ask(service, path, body), t('accounts.done'))}
    >
      {t(`accounts.action.${chosen.id}.text`)}
    </Dialog>
  );
}
