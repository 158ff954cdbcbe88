import { accessDenied } from '@assay/wire/errors.ts';
import type { Out } from '@assay/wire/operation-types.ts';
import { accountDigits } from '../../accounts/identity.ts';
import type { Member } from '../../accounts/members.ts';
import { readStanding } from '../../accounts/organization.ts';
import type { AccountSettings, ScanType } from '../../accounts/settings.ts';
import { type ServerContext, seenAccounts } from '../context.ts';

type Account = NonNullable<Out<'Enable'>['accounts']>[number];
type Failed = NonNullable<Out<'Enable'>['failedAccounts']>[number];
type AccountState = NonNullable<Out<'BatchGetAccountStatus'>['accounts']>[number];

/** Members of ResourceStatus and ResourceState. Terraform dereferences each of them, so none is ever left out. */
const MEMBERS = {
  ec2: 'EC2',
  ecr: 'ECR',
  lambda: 'LAMBDA',
  lambdaCode: 'LAMBDA_CODE',
  codeRepository: 'CODE_REPOSITORY',
} as const satisfies Record<string, ScanType>;

type AutoEnable = { -readonly [K in keyof typeof MEMBERS]: boolean };

/** Every member is there: Terraform compares them all. */
export function autoEnableToWire(types: Readonly<Partial<Record<ScanType, boolean>>>): AutoEnable {
  const on = (type: ScanType): boolean => types[type] === true;
  return {
    ec2: on(MEMBERS.ec2),
    ecr: on(MEMBERS.ecr),
    lambda: on(MEMBERS.lambda),
    lambdaCode: on(MEMBERS.lambdaCode),
    codeRepository: on(MEMBERS.codeRepository),
  };
}

/** Scan types whose flag is set. */
export function typesOf(flags: { readonly [K in keyof typeof MEMBERS]?: boolean | undefined }): ScanType[] {
  return (Object.keys(MEMBERS) as (keyof typeof MEMBERS)[]).filter((name) => flags[name] === true).map((name) => MEMBERS[name]);
}

export function memberToWire(member: Member): NonNullable<Out<'GetMember'>['member']> {
  return {
    accountId: accountDigits(member.account),
    relationshipStatus: member.status,
    ...(member.administrator === undefined ? {} : { delegatedAdminAccountId: accountDigits(member.administrator) }),
    updatedAt: member.updatedAt,
  };
}

type Status = 'ENABLED' | 'ENABLING' | 'DISABLED' | 'DISABLING';

function statusOf(settings: AccountSettings, type: ScanType): Status {
  const enabled = settings.scanTypes[type] === true;
  const moving = settings.switching?.[type] !== undefined;
  return enabled ? (moving ? 'ENABLING' : 'ENABLED') : moving ? 'DISABLING' : 'DISABLED';
}

/** The account is enabled while any of its scan types is: Terraform waits for ever on an enabled account with all types disabled. */
function accountStatus(settings: AccountSettings): Status {
  const all = Object.values(MEMBERS).map((type) => statusOf(settings, type));
  return (['ENABLED', 'ENABLING', 'DISABLING'] as const).find((status) => all.includes(status)) ?? 'DISABLED';
}

export function accountOf(account: number, settings: AccountSettings): Account {
  const status = (type: ScanType) => statusOf(settings, type);
  return {
    accountId: accountDigits(account),
    status: accountStatus(settings),
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
  const state = (type: ScanType) => ({ status: statusOf(settings, type), errorCode: undefined, errorMessage: undefined });
  return {
    accountId: accountDigits(account),
    state: { status: accountStatus(settings), errorCode: undefined, errorMessage: undefined },
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
export async function addressedAccounts(
  ids: readonly string[] | undefined,
  context: ServerContext,
): Promise<{ accounts: number[]; failed: Failed[] }> {
  const named = ids === undefined || ids.length === 0 ? [context.principal.account] : [...new Set(ids)];
  const seen = new Set(await seenAccounts(context));
  const known = (id: string): boolean => seen.has(Number(id));
  return {
    accounts: named.filter(known).map(Number),
    failed: named.filter((id) => !known(id)).map((id) => failedAccount(id, 'ACCESS_DENIED')),
  };
}

const FAILURES = {
  ACCESS_DENIED: 'The account is not the caller, nor a member that the caller administers',
  RESOURCE_NOT_FOUND: 'The account does not exist, or is closed',
  DISASSOCIATE_ALL_MEMBERS: 'The delegated administrator still has members; disassociate them first',
} as const;

export function failedAccount(accountId: string, errorCode: keyof typeof FAILURES, errorMessage: string = FAILURES[errorCode]): Failed {
  return { accountId, errorCode, errorMessage };
}

/** @throws AccessDeniedException the account is neither the caller nor a member that it administers */
export async function addressedAccount(id: string | undefined, context: ServerContext): Promise<number> {
  const account = id === undefined ? context.account : Number(id);
  if (!(await seenAccounts(context)).includes(account)) throw accessDenied(FAILURES.ACCESS_DENIED);
  return account;
}

/**
 * The account whose configuration is to change, and whose settings it inherits.
 * @throws AccessDeniedException it is no account of the caller's, or the caller is a member
 */
export async function configuredAccount(
  id: string | undefined,
  context: ServerContext,
): Promise<{ readonly account: number; readonly administrator: number | undefined }> {
  const account = await addressedAccount(id, context);
  const administrator = (await readStanding(context.pool, account))?.administrator;
  if (account === context.account && administrator !== undefined) {
    throw accessDenied(`${context.principal.account} is a member: its delegated administrator changes the configuration`);
  }
  return { account, administrator };
}
