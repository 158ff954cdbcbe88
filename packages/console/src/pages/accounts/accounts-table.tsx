import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useServiceStatus } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Pager } from '../../ui/pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import {
  type Account,
  type AccountAction,
  type AccountState,
  accountActions,
  enabledTypes,
  type ScanType,
  type Standing,
  useAccountStates,
  useAccounts,
  useDelegatedAdmin,
  useMembers,
} from './accounts.ts';

interface AccountsTableProps {
  /** The caller's account, when it may change things. */
  readonly admin: string | undefined;
  readonly onCreate: () => void;
  readonly onAction: (id: AccountAction, account: Account, present: readonly ScanType[]) => void;
}

export function AccountsTable({ admin, onCreate, onAction }: AccountsTableProps) {
  const { t, format } = useI18n();
  const pages = usePages('accounts');
  const { query, accounts, stateOf, ...standing } = useOrganization(pages.token);
  const nextToken = query.data?.nextToken;
  return (
    <Table<Account>
      items={accounts}
      loading={query.isPending}
      trackBy="accountId"
      wrapLines
      ariaLabels={{ tableLabel: t('accounts.title') }}
      header={
        <Header
          variant="h2"
          actions={admin !== undefined && admin === standing.management && <Button onClick={onCreate}>{t('accounts.create')}</Button>}
        >
          {t('accounts.organization')}
        </Header>
      }
      pagination={
        pages.count(nextToken) > 1 && <Pager pages={pages} nextToken={nextToken} label={t('accounts.title')} disabled={query.isFetching} />
      }
      columnDefinitions={[
        {
          id: 'account',
          header: t('field.account'),
          isRowHeader: true,
          cell: (account) => <AccountName account={account} />,
        },
        { id: 'part', header: t('accounts.part'), cell: ({ accountId }) => <Parts accountId={accountId} standing={standing} /> },
        {
          id: 'state',
          header: t('field.status'),
          cell: ({ state }) => (
            <StatusIndicator type={state === 'OPEN' ? 'success' : 'stopped'}>{t(`accounts.state.${state}`)}</StatusIndicator>
          ),
        },
        {
          id: 'types',
          header: t('accounts.types'),
          cell: ({ accountId }) =>
            enabledTypes(stateOf(accountId))
              .map((id) => t(`accounts.type.${id}`))
              .join(', '),
        },
        { id: 'created', header: t('accounts.created'), cell: ({ createdAt }) => format.date(createdAt) },
        {
          id: 'actions',
          header: t('resources.actions'),
          cell: (account) => (
            <AccountMenu
              account={account}
              actions={accountActions(account, { ...standing, admin })}
              onAction={(id) => onAction(id, account, enabledTypes(stateOf(account.accountId)))}
            />
          ),
        },
      ]}
    />
  );
}

function useOrganization(nextToken: string | undefined) {
  const own = useServiceStatus().data?.account;
  const query = useAccounts(nextToken);
  const management = query.data?.managementAccountId;
  const known = own !== undefined && management !== undefined;
  const others = (query.data?.accounts ?? []).some(({ accountId }) => accountId !== own);
  const part = management === own ? 'MANAGEMENT' : 'MEMBER';
  const delegated = useDelegatedAdmin(known && others ? part : 'ALONE');
  const members = useMembers(known && delegated === own).data?.members ?? [];
  const accounts = query.data?.accounts ?? [];
  const states = useAccountStates(accounts.filter(({ state }) => state === 'OPEN').map(({ accountId }) => accountId)).data?.accounts ?? [];
  return {
    query,
    accounts,
    management,
    delegated,
    members: new Set(members.map(({ accountId }) => accountId)),
    stateOf: (id: string): AccountState | undefined => states.find(({ accountId }) => accountId === id),
  };
}

function AccountName({ account }: { account: Account }) {
  return (
    <>
      {account.accountId} <span className="assay-block">{account.name}</span>
    </>
  );
}

function Parts({ accountId, standing }: { accountId: string; standing: Omit<Standing, 'admin'> }) {
  const { t } = useI18n();
  const parts = [
    ...(accountId === standing.management ? [t('accounts.management')] : []),
    ...(accountId === standing.delegated ? [t('accounts.delegated')] : []),
    ...(standing.members.has(accountId) ? [t('accounts.member')] : []),
  ];
  return parts.join(', ');
}

interface AccountMenuProps {
  readonly account: Account;
  readonly actions: readonly AccountAction[];
  readonly onAction: (id: AccountAction) => void;
}
function AccountMenu({ account, actions, onAction }: AccountMenuProps) {
  const { t } = useI18n();
  if (actions.length === 0) return null;
  return (
    <ButtonDropdown
      variant="icon"
      expandToViewport
      ariaLabel={t('accounts.actionsOf', { account: account.accountId })}
      items={actions.map((id) => ({ id, text: t(`accounts.action.${id}`) }))}
      onItemClick={({ detail }) => onAction(detail.id as AccountAction)}
    />
  );
}
