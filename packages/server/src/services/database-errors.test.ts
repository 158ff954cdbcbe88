import { expect, test } from 'vitest';
import { busyDatabase } from './database-errors.ts';

test.each(['57014', '55P03', '53300', '40P01', '40001'])('SQLSTATE %s is told as throttling', (code) => {
  expect(busyDatabase(Object.assign(new Error('x'), { code }))).toMatchObject({
    code: 'ThrottlingException',
    members: { retryAfterSeconds: 2 },
  });
});

test.each([
  undefined,
  null,
  'x',
  new Error('x'),
  Object.assign(new Error('x'), { code: '23505' }),
  Object.assign(new Error('x'), { code: 5 }),
])('anything else is not (%#)', (error) => expect(busyDatabase(error)).toBeUndefined());
