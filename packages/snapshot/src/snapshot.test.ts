import { existsSync, readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sampleOsRelease, sampleProvenance, sampleStatus, starterAdvisories, starterEnrichments, starterProvenance } from './files.ts';

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

test('the snapshot is at most 25 MiB and its provenance speaks of these files', () => {
  const bytes = statSync(starterAdvisories).size + statSync(starterEnrichments).size;
  expect(bytes).toBeLessThanOrEqual(25 * 2 ** 20);
  expect(json(starterProvenance).bytes).toBe(bytes);
});

test('only sources that may be shipped on are in it', () => {
  const licences: string[] = json(starterProvenance).sources.flatMap((source: { inputs: { licence: string }[] }) =>
    source.inputs.map((input) => input.licence),
  );
  expect(licences.length).toBeGreaterThan(5);
  expect(licences.filter((licence) => /NOASSERTION|GPL/.test(licence))).toEqual([]);
});

test('the sample is the release pocket alone, as its provenance says', () => {
  const provenance = json(sampleProvenance);
  expect(provenance.pockets).toEqual(['bookworm']);
  const status = gunzipSync(readFileSync(sampleStatus)).toString('utf8');
  expect(status.match(/^Package: /gm)?.length).toBe(provenance.packages);
  expect(readFileSync(sampleOsRelease, 'utf8')).toMatch(/^VERSION_ID="12"$/m);
  expect(existsSync(starterEnrichments)).toBe(true);
});
