/** `arn:aws:assay:REGION:ACCOUNT:sink/UUID`, the UUID being the sink's number. */
export function sinkArn(region: string, account: string, id: number): string {
  return `arn:aws:assay:${region}:${account}:sink/00000000-0000-0000-0000-${id.toString(16).padStart(12, '0')}`;
}

/** The number in an ARN of this account; -1 when it is none. */
export function sinkId(arn: string, account: string): number {
  const match = /^arn:aws:assay:[a-z0-9-]+:(\d{12}):sink\/00000000-0000-0000-0000-([0-9a-f]{12})$/.exec(arn);
  return match !== null && match[1] === account ? Number.parseInt(match[2] ?? '', 16) : -1;
}
