import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { useAnswer } from '../../api/use-answer.ts';

export const SCAN_TYPES = [
  { id: 'ECR', member: 'ecr' },
  { id: 'EC2', member: 'ec2' },
  { id: 'LAMBDA', member: 'lambda' },
  { id: 'LAMBDA_CODE', member: 'lambdaCode' },
  { id: 'CODE_REPOSITORY', member: 'codeRepository' },
] as const;
export type ScanType = (typeof SCAN_TYPES)[number]['id'];
type State = { status: string };

export type Account = Wire<assay.Account>;
export interface AccountState {
  accountId: string;
  resourceState?: Partial<Record<(typeof SCAN_TYPES)[number]['member'], State>>;
}
export interface Member {
  accountId?: string;
  relationshipStatus?: string;
}
export type AccessKey = Wire<assay.AccessKey>;

export function useAccounts(nextToken: string | undefined) {
  return useAnswer<{ accounts: Account[]; managementAccountId: string; nextToken?: string }>('assay', '/assay/accounts/list', {
    maxResults: 50,
    ...(nextToken === undefined ? {} : { nextToken }),
  });
}
export function useAccountStates(accountIds: readonly string[]) {
  return useAnswer<{ accounts: AccountState[] }>('inspector2', '/status/batch/get', accountIds.length === 0 ? {} : { accountIds });
}
/** Told to the administrator alone. */
export function useMembers(administers: boolean) {
  const body = administers ? { onlyAssociated: true, maxResults: 50 } : undefined;
  return useAnswer<{ members?: Member[] }>('inspector2', '/members/list', body);
}
/** The management account may see that there is none; a member asks for its own. Nobody administers an account that is alone. */
export function useDelegatedAdmin(asked: 'MANAGEMENT' | 'MEMBER' | 'ALONE'): string | undefined {
  const list = useAnswer<{ delegatedAdminAccounts?: { accountId?: string }[] }>(
    'inspector2',
    '/delegatedadminaccounts/list',
    asked === 'MANAGEMENT' ? {} : undefined,
  );
  const own = useAnswer<{ delegatedAdmin?: { accountId?: string } }>(
    'inspector2',
    '/delegatedadminaccounts/get',
    asked === 'MEMBER' ? {} : undefined,
  );
  return asked === 'MANAGEMENT' ? list.data?.delegatedAdminAccounts?.[0]?.accountId : own.data?.delegatedAdmin?.accountId;
}
export function useAccessKeys(nextToken: string | undefined) {
  return useAnswer<{ accessKeys: AccessKey[]; nextToken?: string }>('assay', '/assay/access-keys/list', {
    maxResults: 50,
    ...(nextToken === undefined ? {} : { nextToken }),
  });
}

/** The types that are on, or on their way there. */
export function enabledTypes(state: AccountState | undefined): ScanType[] {
  return SCAN_TYPES.filter(({ member }) => /^ENABL/.test(state?.resourceState?.[member]?.status ?? '')).map(({ id }) => id);
}

/** What to enable and what to disable so that exactly `wanted` are on. */
export function typeChanges(present: readonly ScanType[], wanted: readonly ScanType[]): { enable: ScanType[]; disable: ScanType[] } {
  return { enable: wanted.filter((id) => !present.includes(id)), disable: present.filter((id) => !wanted.includes(id)) };
}

export type AccountAction = 'types' | 'close' | 'delegate' | 'undelegate' | 'associate' | 'disassociate';
export interface Standing {
  /** The caller's account when it is an admin there. */
  readonly admin: string | undefined;
  readonly management: string | undefined;
  readonly delegated: string | undefined;
  readonly members: ReadonlySet<string | undefined>;
}

/** What the service would not refuse the caller to do with an account. */
export function accountActions({ accountId, state }: Account, { admin, management, delegated, members }: Standing): AccountAction[] {
  if (admin === undefined || state === 'CLOSED') return [];
  const manages = admin === management;
  const administers = admin === delegated;
  const joined = members.has(accountId);
  return [
    ...(accountId === admin || (administers && joined) ? ['types' as const] : []),
    ...(administers && accountId !== admin ? [joined ? ('disassociate' as const) : ('associate' as const)] : []),
    ...(manages && delegated === undefined ? ['delegate' as const] : []),
    ...(manages && delegated === accountId ? ['undelegate' as const] : []),
    ...(manages && accountId !== management ? ['close' as const] : []),
  ];
}
