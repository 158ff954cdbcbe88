import { accountDigits } from '../accounts/identity.ts';

/** `arn:aws:inspector2:REGION:ACCOUNT:owner/ACCOUNT/filter/ID`, the ID being 16 hex of the row's. */
export function filterArn(region: string, account: number, id: number): string {
  const digits = accountDigits(account);
  return `arn:aws:inspector2:${region}:${digits}:owner/${digits}/filter/${id.toString(16).padStart(16, '0')}`;
}

/** The id in an ARN of this account and region; undefined when it is none. */
export function filterId(arn: string, region: string, account: number): number | undefined {
  const id = Number.parseInt(arn.slice(-16), 16);
  return Number.isSafeInteger(id) && filterArn(region, account, id) === arn ? id : undefined;
}
