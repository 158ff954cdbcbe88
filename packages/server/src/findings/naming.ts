import type { FindingArns } from './list/arn-predicate.ts';

/** How findings are named outside: criteria may ask for a region or for ARNs. */
export interface FindingNaming {
  readonly region: string;
  readonly arns: FindingArns;
}
