import { expect, it } from 'vitest';
import { COLUMNS } from './columns.tsx';
import { SORT_FIELDS, USE_SORTS } from './sort-fields.ts';

it('has a column for every field that the API sorts by, each once', () => {
  const sorts = COLUMNS.flatMap((column) => column.sort ?? []);
  expect([...sorts].sort()).toEqual([...SORT_FIELDS, ...USE_SORTS].sort());
  expect(new Set(COLUMNS.map(({ id }) => id)).size).toBe(COLUMNS.length);
});
