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

export interface Account {
  accountId: string;
  name: string;
  state: 'OPEN' | 'CLOSED';
  createdAt: number;
}
export interface AccountState {
  accountId: string;
  resourceState?: Partial<Record<(typeof SCAN_TYPES)[number]['member'], State>>;
}
export interface Member {
  accountId?: string;
  relationshipStatus?: string;
}
export interface AccessKey {
  accessKeyId: string;
  userName: string;
  role: 'viewer' | 'operator' | 'admin';
  createdAt: number;
}

export function useAccounts(nextToken: string | undefined) {
  return useAnswer<{ accounts: Account[]; managementAccountId: string; nextToken?: string }>('assay', '/assay/accounts/list', {
    maxResults: 50,
    ...(nextToken === undefined ? {} : { nextToken }),
  });
}
export function useAccountStates(accountIds: readonly string[]) {
  return useAnswer<{ accounts: AccountState[] }>('inspector2', '/status/batch/get', accountIds.length === 0 ? {} : { accountIds });
}
/** Refused to accounts that have no members; then there are none to show. */
export function useMembers() {
  return useAnswer<{ members?: Member[] }>('inspector2', '/members/list', { onlyAssociated: true, maxResults: 50 });
}
/** Not found where nobody was chosen. */
export function useDelegatedAdmin() {
  return useAnswer<{ delegatedAdmin?: { accountId?: string } }>('inspector2', '/delegatedadminaccounts/get', {});
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
