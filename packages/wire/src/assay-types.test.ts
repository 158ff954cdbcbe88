import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assayTypes, TYPES_FILE } from '../tools/wire-types.ts';
import { loadModel, SERVICE_NAMES } from './load-model.ts';

test('the types of our own service are those of its model', () => {
  const words = (text: string): string =>
    text
      .replace(/\s+\|?\s*/g, ' ')
      .replace(/ = \| /g, ' = ')
      .replaceAll('( ', '(')
      .replaceAll(' )', ')')
      .replaceAll('; }', ' }');
  expect(words(readFileSync(TYPES_FILE, 'utf8'))).toBe(words(assayTypes()));
});

describe.each(SERVICE_NAMES)('the model of %s', (service) => {
  test('is closed: every shape that is named exists, every pattern compiles', async () => {
    const model = await loadModel(service);
    const missing: string[] = [];
    const need = (from: string, name: string | undefined): void => {
      if (name !== undefined && !Object.hasOwn(model.shapes, name)) missing.push(`${from} → ${name}`);
    };
    for (const [name, operation] of Object.entries(model.operations)) {
      for (const shape of [operation.input, operation.output, ...operation.errors]) need(name, shape);
      for (const error of operation.errors) expect(model.shapes[error]?.error?.status).toBeGreaterThanOrEqual(400);
    }
    for (const [name, shape] of Object.entries(model.shapes)) {
      for (const child of [shape.member, shape.key, shape.value]) need(name, child);
      for (const member of Object.values(shape.members ?? {})) need(name, member.shape);
      for (const required of shape.required ?? []) expect(Object.keys(shape.members ?? {})).toContain(required);
      if (shape.pattern) expect(() => new RegExp(`^(?:${shape.pattern})$`, 'u')).not.toThrow();
    }
    expect(missing).toEqual([]);
  });

  test('holds facts only', async () => {
    expect(JSON.stringify(await loadModel(service))).not.toMatch(/"documentation"|<p>/);
  });
});
