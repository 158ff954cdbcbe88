import { expect, test } from 'vitest';
import { findingArns } from './arn.ts';

const arns = findingArns(Buffer.alloc(32, 7), 'eu-west-1');

test('an ARN names its finding and survives the round trip', () => {
  const arn = arns.format(42, 12345678901);
  expect(arn).toMatch(/^arn:aws:inspector2:eu-west-1:000000000042:finding\/[0-9a-f]{32}$/);
  expect(arns.parse(arn)).toEqual({ account: 42, id: 12345678901 });
});

test.each([
  ['another account', (arn: string) => arn.replace('000000000042', '000000000043')],
  ['another id', (arn: string) => arn.replace(/finding\/0{16}|finding\/(.{15})./, 'finding/$10')],
  ['another region', (arn: string) => arn.replace('eu-west-1', 'us-east-1')],
  ['a cut ARN', (arn: string) => arn.slice(0, -1)],
  ['another key', () => findingArns(Buffer.alloc(32, 8), 'eu-west-1').format(42, 7)],
])('%s is not one of ours', (_, spoil) => {
  expect(arns.parse(spoil(arns.format(42, 12345678905)))).toBeUndefined();
});
