import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reasonsEn } from '../../i18n/reasons.en.ts';
import { COVERAGE_FIELDS } from '../resources/coverage-state.ts';
import { FILTER_FIELDS } from './filter-fields.ts';
import { GROUP_SORTS, SORT_FIELDS, USE_SORTS } from './sort-fields.ts';

interface Shape {
  members?: Record<string, { shape: string }>;
  enum?: string[];
}
const model = JSON.parse(readFileSync(new URL('../../../../wire/models/inspector2.json', import.meta.url), 'utf8')) as {
  shapes: Record<string, Shape>;
};
const shape = (name: string): Shape => model.shapes[name] ?? {};

describe('what the console asks exists in the frozen model', () => {
  it('every filter, and every value of one that is a choice', () => {
    const members = shape('FilterCriteria').members ?? {};
    const parts = shape('PackageFilter').members ?? {};
    const enumerations: Record<string, string> = {
      severity: 'Severity',
      resourceType: 'ResourceType',
      findingType: 'FindingType',
      fixAvailable: 'FixAvailable',
      exploitAvailable: 'ExploitAvailable',
    };
    for (const field of FILTER_FIELDS) {
      expect(members, field.key).toHaveProperty([field.criteria]);
      if (field.part !== undefined) expect(parts, field.key).toHaveProperty([field.part]);
      for (const value of field.values ?? []) expect(shape(enumerations[field.key] ?? '').enum, field.key).toContain(value);
    }
  });

  it('every sort', () => {
    expect([...SORT_FIELDS].sort()).toEqual([...(shape('SortField').enum ?? [])].sort());
    const own = JSON.parse(readFileSync(new URL('../../../../wire/models/assay/fix-first.json', import.meta.url), 'utf8')) as typeof model;
    expect([...SORT_FIELDS, ...USE_SORTS].sort()).toEqual([...(own.shapes['SearchField']?.enum ?? [])].sort());
    expect([...GROUP_SORTS].sort()).toEqual([...(shape('TitleSortBy').enum ?? [])].sort());
  });

  it('every coverage filter, and a sentence for every reason', () => {
    const members = shape('CoverageFilterCriteria').members ?? {};
    for (const { key } of COVERAGE_FIELDS) expect(members).toHaveProperty([key]);
    expect(
      Object.keys(reasonsEn)
        .map((key) => key.slice('reason.'.length))
        .sort(),
    ).toEqual([...(shape('ScanStatusReason').enum ?? [])].sort());
  });
});
