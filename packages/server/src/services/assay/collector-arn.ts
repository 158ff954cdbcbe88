/** `arn:aws:assay:REGION:ACCOUNT:collector/UUID` */
export function collectorArn(region: string, account: string, id: string): string {
  return `arn:aws:assay:${region}:${account}:collector/${id}`;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The id in an ARN of this account; one that nothing has when it is none. */
export function collectorId(arn: string, account: string): string {
  const match = /^arn:aws:assay:[a-z0-9-]+:(\d{12}):collector\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(arn);
  return match?.[1] === account ? (match[2] ?? NOBODY) : NOBODY;
}
