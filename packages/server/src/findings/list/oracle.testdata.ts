import { DATE_FIELDS, type FindingCriteria, NUMBER_FIELDS, STRING_FIELDS, type StringField } from '@assay/core/filter/criteria.ts';
import { FINDING_KIND, FINDING_STATUS, RESOURCE_KIND } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import fc from 'fast-check';
import type { Estate, EstateFinding } from './estate.testdata.ts';
import type { SortField } from './sorts.ts';

type AnyField = keyof FindingCriteria;
const ALL: readonly AnyField[] = [...STRING_FIELDS, ...DATE_FIELDS, ...NUMBER_FIELDS, 'resourceTags', 'portRange', 'vulnerablePackages'];

/** Random criteria whose values come from the estate (or nearly do), over one to three fields. */
export function criteriaOf(estate: Estate, only?: readonly AnyField[]): fc.Arbitrary<FindingCriteria> {
  const fields = only === undefined ? fc.uniqueArray(fc.constantFrom(...ALL), { minLength: 0, maxLength: 3 }) : fc.constant([...only]);
  return fields.chain(
    (names) => fc.record(Object.fromEntries(names.map((name) => [name, filtersOf(estate, name)]))) as fc.Arbitrary<FindingCriteria>,
  );
}

function filtersOf(estate: Estate, field: AnyField): fc.Arbitrary<unknown> {
  const finding = fc.constantFrom(...estate.findings);
  const list = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 3 });
  if ((STRING_FIELDS as readonly string[]).includes(field))
    return list(finding.chain((f) => stringFilter(f.facts.strings[field as StringField])));
  if ((DATE_FIELDS as readonly string[]).includes(field))
    return list(rangeOf(finding, (f) => (f.facts.dates as Record<string, number>)[field], ['startInclusive', 'endInclusive']));
  if ((NUMBER_FIELDS as readonly string[]).includes(field))
    return list(rangeOf(finding, (f) => (f.facts.numbers as Record<string, number>)[field], ['lowerInclusive', 'upperInclusive']));
  if (field === 'resourceTags') {
    return list(
      fc.record(
        { comparison: fc.constant('EQUALS'), key: fc.constantFrom('team', 'env', 'none'), value: fc.constantFrom('a', 'prod', '') },
        { requiredKeys: ['comparison', 'key'] },
      ),
    );
  }
  if (field === 'portRange') return list(fc.record({ beginInclusive: fc.nat(1100), endInclusive: fc.nat(1100) }, { requiredKeys: [] }));
  return list(finding.chain((f) => packageFilter(f)));
}

function stringFilter(value: string | readonly string[] | undefined): fc.Arbitrary<unknown> {
  const values = value === undefined ? ['nowhere'] : typeof value === 'string' ? [value] : value.length === 0 ? ['none'] : value;
  return fc
    .record({ comparison: fc.constantFrom('EQUALS', 'PREFIX', 'NOT_EQUALS'), base: fc.constantFrom(...values), cut: fc.nat(12) })
    .map(({ comparison, base, cut }) => {
      const points = [...base];
      const short = points.slice(0, Math.max(1, points.length - cut)).join('');
      return { comparison, value: comparison === 'PREFIX' ? short : base };
    });
}

function rangeOf(
  finding: fc.Arbitrary<EstateFinding>,
  get: (f: EstateFinding) => number | undefined,
  [low, high]: readonly [string, string],
): fc.Arbitrary<unknown> {
  return fc.record({ [low]: finding.map((f) => get(f) ?? 0), [high]: finding.map((f) => get(f) ?? 0) }, { requiredKeys: [] });
}

function packageFilter(f: EstateFinding): fc.Arbitrary<unknown> {
  const p = f.facts.packages[0];
  if (p === undefined) return fc.constant({ name: { comparison: 'PREFIX', value: 'lib' } });
  const members = {
    name: stringFilter(p.name),
    version: stringFilter(p.version),
    release: stringFilter(p.release),
    architecture: stringFilter(p.architecture),
    filePath: stringFilter(p.filePath),
    sourceLayerHash: stringFilter(p.sourceLayerHash),
    sourceLambdaLayerArn: stringFilter(undefined),
    epoch: fc.constantFrom({ lowerInclusive: 1 }, { upperInclusive: 0 }, { lowerInclusive: p.epoch, upperInclusive: p.epoch }),
  };
  return fc
    .subarray(Object.keys(members) as (keyof typeof members)[], { minLength: 1, maxLength: 3 })
    .chain((names) => fc.record(Object.fromEntries(names.map((n) => [n, members[n]]))));
}

/** The sort key of a finding and the id of the row that holds it. */
export function sortValue(field: SortField, f: EstateFinding): { value: string | number | undefined; holder: number } {
  const one = (value: unknown, holder: number): { value: string | number | undefined; holder: number } => ({
    value: value === null || value === undefined ? undefined : value instanceof Date ? value.getTime() : (value as string | number),
    holder,
  });
  const { resource: r, issue: i, columns: c } = f;
  const { strings } = f.facts;
  switch (field) {
    case 'AWS_ACCOUNT_ID':
      return one(f.account, f.id);
    case 'FINDING_TYPE':
      return one(FINDING_KIND[strings.findingType as never], f.id);
    case 'SEVERITY':
      return one(SEVERITY_CODES[strings.severity as never], f.id);
    case 'FINDING_STATUS':
      return one(FINDING_STATUS[strings.findingStatus as never], f.id);
    case 'FIRST_OBSERVED_AT':
      return one(c['first_at'], f.id);
    case 'LAST_OBSERVED_AT':
      return one(c['last_at'], f.id);
    case 'INSPECTOR_SCORE':
      return one(c['score'], f.id);
    case 'RESOURCE_TYPE':
      return one(RESOURCE_KIND[strings.resourceType as never], r.id);
    case 'ECR_IMAGE_PUSHED_AT':
      return one(r['pushed_at'], r.id);
    case 'ECR_IMAGE_REPOSITORY_NAME':
      return one(r['repository'], r.id);
    case 'ECR_IMAGE_REGISTRY':
      return one(r['registry'], r.id);
    case 'VULNERABILITY_ID':
      return one(i['name'], i.id);
    case 'VULNERABILITY_SOURCE':
      return one(i['source'], i.id);
    case 'VENDOR_SEVERITY':
      return one(i['vendor_severity'], i.id);
    case 'EPSS_SCORE':
      return one(i['epss'], i.id);
    case 'IN_USE_COUNT':
      return one(r['in_use_count'], r.id);
    case 'LAST_IN_USE_AT':
      return one(r['last_in_use_at'], r.id);
    case 'NETWORK_PROTOCOL':
    case 'COMPONENT_TYPE':
      return one(undefined, f.id);
  }
}
