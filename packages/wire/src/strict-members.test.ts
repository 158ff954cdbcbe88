import { expect, it } from 'vitest';
import { loadModel } from './load-model.ts';
import { readRestJson } from './rest-json-read.ts';

const read = async (service: 'assay' | 'inspector2', operation: string, body: object) => {
  const model = await loadModel(service);
  const parts = { labels: new Map(), query: new URLSearchParams(), headers: {}, body: Buffer.from(JSON.stringify(body)) };
  return readRestJson(model, model.operations[operation]!, parts);
};

it('our own service refuses members that it does not know, wherever they stand', async () => {
  const reading = read('assay', 'PutDuePolicy', { rules: [{ name: 'kev', kev: true, days: 3 }], why: 1 });
  await expect(reading).rejects.toThrow(/why is not known here; there are rules; rules\[0\]\.kev is not known here/);
});

it('Amazon’s services ignore them, as Amazon does', async () => {
  expect(await read('inspector2', 'ListFindings', { maxResults: 3, of: 'a later version' })).toEqual({ maxResults: 3 });
});
