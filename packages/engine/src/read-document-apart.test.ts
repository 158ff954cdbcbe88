import { expect, test } from 'vitest';
import { inventoryOfDocument } from './read-document.ts';
import { readDocumentApart } from './read-document-apart.ts';

const bom = (count: number): Buffer =>
  Buffer.from(
    JSON.stringify({
      ...{ bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component: { type: 'container', name: 'x' } } },
      components: Array.from({ length: count }, (_, n) => ({
        type: 'library',
        name: `p${n}`,
        version: '1.0.0',
        purl: `pkg:npm/p${n}@1.0.0`,
      })),
    }),
  );

test('says the same as reading it here', async () => {
  expect(await readDocumentApart(bom(20), 'fallback')).toEqual(inventoryOfDocument(bom(20), 'fallback'));
});

test('what is wrong with a document comes through in its own words', async () => {
  const bytes = Buffer.from('{"assayInventory": 2}');
  await expect(readDocumentApart(bytes, 'x')).rejects.toMatchObject({ code: 'inventory-format', message: /must be 1/ });
  await expect(readDocumentApart(Buffer.from('no SBOM'), 'x')).rejects.toMatchObject({ name: 'AssayError' });
});

test('a document that needs too much memory or time ends its own process only', async () => {
  await expect(readDocumentApart(bom(60_000), 'x', { heapMegabytes: 30 })).rejects.toMatchObject({ code: 'document-too-large' });
  await expect(readDocumentApart(bom(60_000), 'x', { milliseconds: 30 })).rejects.toMatchObject({ code: 'document-too-slow' });
});
