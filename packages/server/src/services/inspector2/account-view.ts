import type { In, Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../accounts/identity.ts';
import type { AccountSettings, ScanType } from '../../accounts/settings.ts';
import type { ServerContext } from '../context.ts';

type Account = NonNullable<Out<'Enable'>['accounts']>[number];
type Failed = NonNullable<Out<'Enable'>['failedAccounts']>[number];
type AccountState = NonNullable<Out<'BatchGetAccountStatus'>['accounts']>[number];
export type WireScanType = NonNullable<In<'Enable'>['resourceTypes']>[number];

/** Members of ResourceStatus and ResourceState. Terraform dereferences each of them, so none is ever left out. */
const MEMBERS = {
  ec2: 'EC2',
  ecr: 'ECR',
  lambda: 'LAMBDA',
  lambdaCode: 'LAMBDA_CODE',
  codeRepository: 'CODE_REPOSITORY',
} as const satisfies Record<string, ScanType>;

const word = (enabled: boolean): 'ENABLED' | 'DISABLED' => (enabled ? 'ENABLED' : 'DISABLED');

/** The account is enabled while any of its scan types is: Terraform waits for ever on an enabled account with all types disabled. */
function isEnabled(settings: AccountSettings): boolean {
  return Object.values(MEMBERS).some((type) => settings.scanTypes[type] === true);
}

export function accountOf(account: number, settings: AccountSettings): Account {
  const status = (type: ScanType) => word(settings.scanTypes[type] === true);
  return {
    accountId: accountDigits(account),
    status: word(isEnabled(settings)),
    resourceStatus: {
      ec2: status(MEMBERS.ec2),
      ecr: status(MEMBERS.ecr),
      lambda: status(MEMBERS.lambda),
      lambdaCode: status(MEMBERS.lambdaCode),
      codeRepository: status(MEMBERS.codeRepository),
    },
  };
}

export function accountStateOf(account: number, settings: AccountSettings): AccountState {
  const state = (type: ScanType) => ({ status: word(settings.scanTypes[type] === true), errorCode: undefined, errorMessage: undefined });
  return {
    accountId: accountDigits(account),
    state: { status: word(isEnabled(settings)), errorCode: undefined, errorMessage: undefined },
    resourceState: {
      ec2: state(MEMBERS.ec2),
      ecr: state(MEMBERS.ecr),
      lambda: state(MEMBERS.lambda),
      lambdaCode: state(MEMBERS.lambdaCode),
      codeRepository: state(MEMBERS.codeRepository),
    },
  };
}

/** The named accounts, or the caller's own: those the caller may act on, and the others as the failures they are told as. */
export function splitAccounts(ids: readonly string[] | undefined, context: ServerContext): { own: boolean; failed: Failed[] } {
  const self = accountDigits(context.account);
  const named = ids === undefined || ids.length === 0 ? [self] : [...new Set(ids)];
  return { own: named.includes(self), failed: named.filter((id) => id !== self).map(deniedAccount) };
}

function deniedAccount(accountId: string): Failed {
  const errorMessage = 'The account is not the caller, nor a member that the caller administers';
  return { accountId, errorCode: 'ACCESS_DENIED', errorMessage };
}
