import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { VersionSchemeId } from '@assay/core/package-type.ts';
import { compareVersions, isVersion } from '@assay/core/versions.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { missingDataReason, testDataFolder } from './test-data.ts';

export interface SchemeConformance {
  /** Pieces that versions of the format are made of; random strings of them are compared. */
  readonly alphabet: readonly string[];
  /** File of the published order tables, `NAME-versions.txt`. */
  readonly table?: string;
  /** Lines of the table that the scheme deliberately answers otherwise, each with the reason. */
  readonly exceptions?: Readonly<Record<string, string>>;
  /** Lines of the table that are not of the format at all. */
  readonly outside?: RegExp;
  /** Texts that are no versions. */
  readonly unparsable: readonly string[];
}

/** What every version scheme must be: a total preorder, in line with the published tables, honest about garbage, linear in length. */
export function testVersionScheme(id: VersionSchemeId, kit: SchemeConformance): void {
  describe(`version scheme ${id}`, () => {
    const versions = fc.array(fc.constantFrom(...kit.alphabet), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    const parsable = versions.filter((version) => isVersion(id, version));
    const compare = (a: string, b: string) => compareVersions(id, a, b) as number;

    test('reflexive, antisymmetric, transitive', () => {
      const property = fc.property(parsable, parsable, parsable, (a, b, c) => {
        expect(compare(a, a)).toBe(0);
        expect(Math.sign(compare(a, b)) + Math.sign(compare(b, a))).toBe(0);
        const [x, y, z] = [a, b, c].sort(compare) as [string, string, string];
        expect(compare(x, y) <= 0 && compare(y, z) <= 0 && compare(x, z) <= 0, `${x} <= ${y} <= ${z}`).toBe(true);
        if (compare(x, y) === 0 && compare(y, z) === 0) expect(compare(x, z)).toBe(0);
      });
      fc.assert(property, { seed: 3, numRuns: 2_000 });
    });

    test('garbage is unparsable, not equal', () => {
      for (const text of ['', ' ', ...kit.unparsable]) {
        expect(compareVersions(id, text, '1.0'), JSON.stringify(text)).toBeUndefined();
        expect(compareVersions(id, '1.0', text), JSON.stringify(text)).toBeUndefined();
      }
    });

    test('numbers of any size', () => {
      expect(compare('99999999999999999998', '99999999999999999999')).toBeLessThan(0);
      expect(compare(`1.${'9'.repeat(100_000)}`, `1.1${'0'.repeat(100_000)}`)).toBeLessThan(0);
    });

    // Quadratic parsing takes minutes on these; the runner's own limit is the judge, not a clock of ours.
    test('long hostile text ends', () => {
      for (const piece of ['1', '0', '1.', '1-', '0-', '.', '-', '~', '^', 'a', '1a', '_p', '+', '-r1', '1.0.', 'a.', ':']) {
        const text = `1${piece.repeat(100_000 / piece.length)}`;
        const order = compareVersions(id, text, `${text}!`);
        expect(order === undefined || Number.isFinite(order)).toBe(true);
        expect(compareVersions(id, text, text) ?? 0).toBe(0);
      }
    });

    if (kit.table !== undefined) testTable(id, kit.table, kit);
  });
}

function testTable(id: VersionSchemeId, table: string, kit: SchemeConformance): void {
  const archive = join(testDataFolder(), 'version-compare.tar.gz');
  const present = existsSync(archive);
  test.skipIf(!present)(`published table ${table}${present ? '' : ` (${missingDataReason('version-compare')})`}`, () => {
    const text = execFileSync('tar', ['xzOf', archive, `version-compare/osv-scalibr/${table}-versions.txt`]).toString();
    const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^(?:#|\/\/)/.test(line) && !kit.outside?.test(line));
    expect(lines.length).toBeGreaterThan(20);
    const wrong = lines.filter((line) => {
      const [a = '', sign, b = ''] = line.trim().split(' ');
      const order = compareVersions(id, a, b);
      return (order === undefined ? '?' : order < 0 ? '<' : order > 0 ? '>' : '=') !== sign;
    });
    expect([...new Set(wrong)].sort()).toEqual(Object.keys(kit.exceptions ?? {}).sort());
  });
}
