import { accountDigits } from '../../accounts/identity.ts';

export function registryArn(region: string, { account, id }: { readonly account: number; readonly id: string }): string {
  return `arn:aws:assay:${region}:${accountDigits(account)}:registry/${id}`;
}

/** The id in an ARN of this account; undefined when it is none. */
export function registryId(arn: string, account: string): string | undefined {
  const match = /^arn:aws:assay:[a-z0-9-]+:(\d{12}):registry\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(arn);
  return match !== null && match[1] === account ? match[2] : undefined;
}
