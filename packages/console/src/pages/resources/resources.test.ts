import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FirstLook } from '../../api/assay-types.ts';
import type { CoveredResource } from '../../api/types.ts';
import { COVERAGE_FIELDS, type CoverageCondition, coverageCriteria, formatCoverage, parseCoverage } from './coverage-state.ts';
import { coveredName, findingsHref, firstLookOf, isSample } from './resource-facts.ts';

const covered = (more: Partial<CoveredResource>): CoveredResource => ({
  resourceType: 'AWS_EC2_INSTANCE',
  resourceId: 'i-0a1b2c3d4e5f60718',
  accountId: '000000000000',
  scanType: 'PACKAGE',
  ...more,
});

describe('the address of the resources page', () => {
  const condition: fc.Arbitrary<CoverageCondition> = fc.constantFrom(...COVERAGE_FIELDS).chain((field) =>
    fc.record({
      key: fc.constant(field.key),
      operator: fc.constantFrom('=' as const, '!=' as const),
      value: field.values === undefined ? fc.string({ minLength: 1, maxLength: 60 }) : fc.constantFrom(...field.values),
    }),
  );

  it('holds every filter', () => {
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 6 }), (conditions) => {
        expect(parseCoverage(formatCoverage({ conditions }))).toEqual({ conditions });
      }),
      { seed: 7 },
    );
  });

  it('ignores what it does not know', () => {
    expect(parseCoverage('?f=scanStatusCode.is.MAYBE&f=constructor.is.x&f=resourceId.like.x&f=&f=.').conditions).toEqual([]);
  });

  it('asks for all values of one field in one member', () => {
    const conditions: CoverageCondition[] = [
      { key: 'scanStatusReason', operator: '=', value: 'STALE_INVENTORY' },
      { key: 'scanStatusReason', operator: '=', value: 'UNSUPPORTED_OS' },
    ];
    expect(coverageCriteria({ conditions })).toEqual({
      scanStatusReason: [
        { comparison: 'EQUALS', value: 'STALE_INVENTORY' },
        { comparison: 'EQUALS', value: 'UNSUPPORTED_OS' },
      ],
    });
  });
});

describe('a covered resource', () => {
  it('is called by what a person calls it', () => {
    const arn = `arn:aws:ecr:us-east-1:000000000000:repository/registry.example/shop/api/sha256:${'ab'.repeat(32)}`;
    expect(coveredName(covered({ resourceId: arn, resourceMetadata: { ecrImage: { tags: ['1.4'] } } }))).toBe(
      'registry.example/shop/api:1.4',
    );
    expect(coveredName(covered({ resourceMetadata: { ec2: { tags: { Name: 'build-01' } } } }))).toBe('build-01');
    expect(coveredName(covered({}))).toBe('i-0a1b2c3d4e5f60718');
  });

  it('leads to its own findings', () => {
    expect(findingsHref(covered({}))).toBe('/?view=list&f=resourceId.is.i-0a1b2c3d4e5f60718');
  });

  it('is the sample only when the service says that it made it', () => {
    const look: FirstLook = {
      name: 'sample',
      kind: 'sample',
      state: 'DONE',
      resourceArn: 'arn:aws:ec2:us-east-1:000000000000:instance/i-0a1b2c3d4e5f60718',
    };
    expect(isSample(firstLookOf(covered({}), [look]))).toBe(true);
    expect(isSample(firstLookOf(covered({ resourceId: '0a1b2c3d4e5f60718' }), [look]))).toBe(false);
    expect(isSample(firstLookOf(covered({ resourceId: '' }), [look]))).toBe(false);
    expect(isSample(firstLookOf(covered({}), [{ ...look, name: 'build-01', kind: 'host' }]))).toBe(false);
  });
});
