import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';

test('credential helpers see what they run with and who the cloud says we are, and nothing else', () => {
  const seen = {
    PATH: '/bin',
    HOME: '/root',
    AWS_PROFILE: 'assay',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
    GOOGLE_APPLICATION_CREDENTIALS: '/g',
  };
  const { helperEnvironment } = readEnvironment({ ...seen, ASSAY_COLLECTOR_TOKEN: 'secret', MY_AWS_KEY: 'x', EMPTY: undefined });
  expect(helperEnvironment).toEqual(seen);
});
