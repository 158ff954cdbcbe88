import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { missingDataReason, unpackTestData } from '@assay/testkit/test-data.ts';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeCsaf } from '../csaf/write.ts';
import { writeCycloneDxVex } from '../cyclonedx/write-vex.ts';
import { writeOpenVex } from '../openvex/write.ts';
import { JUSTIFICATIONS, VEX_STATUSES, type VexDocument, type VexStatement } from './document.ts';
import { readVex } from './read.ts';

const hex = (n: number): string => n.toString(16).padStart(64, '0');
const product = fc
  .record({
    name: fc.stringMatching(/^[a-z]{1,8}$/),
    version: fc.constantFrom('1.0.0', '2.3-1'),
    image: fc.option(fc.nat(5)),
    whole: fc.boolean(),
  })
  .map(({ name, version, image, whole }) => {
    const purl = `pkg:npm/${name}@${version}`;
    if (image === null) return { purl };
    return whole ? { image: `sha256:${hex(image)}` } : { purl, image: `sha256:${hex(image)}` };
  });
const statement = fc.record(
  {
    vulnerability: fc.nat(20).map((n) => `CVE-2026-${1000 + n}`),
    status: fc.constantFrom(...VEX_STATUSES),
    products: fc.uniqueArray(product, { minLength: 1, maxLength: 4, selector: (one) => JSON.stringify(one) }),
    justification: fc.constantFrom(...JUSTIFICATIONS),
    detail: fc.stringMatching(/^[a-z ]{0,20}[a-z]$/),
  },
  { requiredKeys: ['vulnerability', 'status', 'products'] },
);
const documents = (id: string): fc.Arbitrary<VexDocument> =>
  fc
    .record({
      statements: fc.uniqueArray(statement, { maxLength: 5, selector: (one) => one.vulnerability }),
      version: fc.integer({ min: 1, max: 9 }),
    })
    .map(({ statements, version }) => ({
      ...{ format: 'OPENVEX', id, author: 'Somebody', version: String(version), issuedAt: new Date('2026-02-03T04:05:06Z') },
      statements: statements.map((one) => ({ ...one, aliases: [], products: one.products.map((p) => ({ id: '', ...p })) })),
    }));

/** What the statements say, whatever products are called and in whatever order. */
const said = (statements: readonly VexStatement[]): string[] =>
  statements
    .flatMap((one) =>
      one.products.map(({ purl, image }) => JSON.stringify([one.vulnerability, one.status, one.justification, one.detail, purl, image])),
    )
    .sort();

describe.each([
  ['OPENVEX', writeOpenVex, 'https://vex.example/1'],
  ['CSAF', writeCsaf, 'https://vex.example/ doc-1'],
  ['CYCLONEDX', writeCycloneDxVex, 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79'],
] as const)('%s', (format, write, id) => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(documents(id), (document) => {
        const back = readVex(Buffer.from(write(document)));
        expect({ ...back, statements: said(back.statements) }).toEqual({ ...document, format, statements: said(document.statements) });
      }),
      { seed: 4, numRuns: 150 },
    );
  });

  test('nothing that is cut or bent makes it throw anything but a sentence', () => {
    const [document] = fc.sample(documents(id), { seed: 6, numRuns: 1 });
    const text = write(document!);
    fc.assert(
      fc.property(fc.nat(text.length), fc.constantFrom('{}', '[]', 'null', '1', '"x"', ''), (at, put) => {
        const bent = text.slice(0, at) + put + text.slice(at + 1);
        try {
          readVex(Buffer.from(bent));
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^vex-/);
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});

const schemas = unpackTestData('schemas');
const examples = unpackTestData('csaf-vex-examples');
const skipped = (folder: string | null, name: string): string => (folder === null ? ` (${missingDataReason(name)})` : '');

test.skipIf(schemas === null)(`what is written is valid against the published schemas${skipped(schemas, 'schemas')}`, () => {
  const read = (name: string) => JSON.parse(readFileSync(path.join(schemas!, name), 'utf8'));
  const ready = (ajv: Ajv | Ajv2020): Ajv | Ajv2020 => {
    addFormats.default(ajv as Ajv);
    for (const format of ['idn-email', 'iri-reference', 'iri']) ajv.addFormat(format, true);
    return ajv;
  };
  const options = { strict: false, logger: false } as const;
  const old = ready(new Ajv(options));
  for (const other of ['spdx.schema.json', 'jsf-0.82.schema.json']) old.addSchema(read(`cyclonedx/${other}`), other);
  const csaf = ready(new Ajv2020(options));
  for (const version of ['2.0', '3.0', '3.1'])
    csaf.addSchema(draft7(read(`cvss/cvss-v${version}.json`)), `https://www.first.org/cvss/cvss-v${version}.json`);
  const checks: readonly [ValidateFunction, (document: VexDocument) => string, string][] = [
    [ready(new Ajv2020(options)).compile(read('openvex/openvex_json_schema.json')), writeOpenVex, 'https://vex.example/1'],
    [csaf.compile(read('csaf/2.0/csaf_json_schema.json')), writeCsaf, 'https://vex.example/ doc-1'],
    [old.compile(read('cyclonedx/bom-1.6.schema.json')), writeCycloneDxVex, 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79'],
  ];
  for (const [valid, write, id] of checks) {
    // The profiles ask of a VEX document that it says something, and why.
    const telling = fc.sample(documents(id), { seed: 11, numRuns: 60 }).filter((one) => one.statements.length > 0);
    for (const document of telling) {
      const statements = document.statements.map((one) => ({ ...one, detail: one.detail ?? 'because' }));
      expect(valid(JSON.parse(write({ ...document, statements }))) || valid.errors).toBe(true);
    }
    expect(valid({})).toBe(false);
  }
});

/** The schemas of CVSS are written for an older draft; nothing of them is used by a VEX document. */
function draft7(schema: Record<string, unknown>): object {
  const { $schema, id, $id, ...rest } = schema;
  return rest;
}

test.skipIf(examples === null)(`real documents are read${skipped(examples, 'csaf-vex-examples')}`, () => {
  const files = readdirSync(examples!, { recursive: true, withFileTypes: true }).filter((entry) => entry.name.endsWith('.json'));
  const counts: Record<string, number> = {};
  for (const file of files) {
    try {
      const document = readVex(readFileSync(path.join(file.parentPath, file.name)));
      const readable = document.statements
        .flatMap((one) => one.products)
        .filter((one) => one.purl !== undefined || one.image !== undefined);
      counts[document.format] = (counts[document.format] ?? 0) + readable.length;
    } catch (error) {
      expect((error as { code?: string }).code).toBe('vex-unreadable');
    }
  }
  expect(counts['CSAF']).toBeGreaterThan(17_000);
  expect(counts['OPENVEX']).toBeGreaterThanOrEqual(20);
});
