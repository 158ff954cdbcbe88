import { AssayError } from '@assay/core/errors.ts';
import { expect, test } from 'vitest';
import { serviceError } from './database-errors.ts';

const withCode = (code: unknown, more: object = {}): Error => Object.assign(new Error('x'), { code }, more);

test.each(['57014', '55P03', '53300', '40P01', '40001'])('SQLSTATE %s is told as throttling', (code) => {
  expect(serviceError(withCode(code))).toMatchObject({ code: 'ThrottlingException', members: { retryAfterSeconds: 2 } });
});

test.each([
  withCode('57P01'),
  withCode('57P03'),
  withCode('08006'),
  withCode('ECONNREFUSED'),
  withCode('ENOENT', { syscall: 'connect' }),
  new Error('Connection terminated unexpectedly'),
  new Error('timeout exceeded when trying to connect'),
])('a lost database is told as one, to be tried again (%#)', (error) => {
  expect(serviceError(error)).toMatchObject({
    code: 'InternalServerException',
    message: expect.stringContaining('cannot be reached'),
    members: { retryAfterSeconds: 5 },
  });
});

test('what a person can act on is told in its own sentence', () => {
  expect(serviceError(new AssayError('no-revision', 'Run it.'))).toMatchObject({ code: 'InternalServerException', message: 'Run it.' });
});

test.each([undefined, null, 'x', new Error('x'), withCode('23505'), withCode(5), withCode('ENOENT', { syscall: 'open' })])(
  'anything else is not (%#)',
  (error) => expect(serviceError(error)).toBeUndefined(),
);
