import { sinkConformance } from '@assay/testkit/sink-conformance.ts';
import { expect, test } from 'vitest';
import { SINKS } from './sinks.ts';

const aws = { region: 'us-east-1', accessKeyId: 'AKIAABCDEFGHIJKLMNOP', endpoint: 'https://aws.example' };
const hush = 'a secret of more than sixteen';
const ok = () => ({ status: 200, body: '{}' });
const EXAMPLES: Readonly<Record<string, Parameters<typeof sinkConformance>[1]>> = {
  webhook: { config: { url: 'https://hooks.example/x' }, secret: hush, taken: ok, mostBytes: 1_000_000 },
  eventbridge: { config: aws, secret: hush, taken: () => ({ status: 200, body: '{"FailedEntryCount":0,"Entries":[]}' }) },
  'security-hub': {
    config: { ...aws, awsAccountId: '123456789012' },
    secret: hush,
    taken: () => ({ status: 200, body: '{"FailedCount":0,"SuccessCount":1}' }),
  },
  slack: { config: {}, secret: 'https://hooks.slack.example/services/T/B/x', taken: ok },
  teams: { config: {}, secret: 'https://teams.example/workflows/x', taken: ok, mostBytes: 28 * 1024 },
  email: { config: { host: 'mail.example', from: 'assay@example.com', to: 'a@example.com, b@example.com' } },
  jira: {
    config: { url: 'https://jira.example', project: 'SEC' },
    secret: hush,
    taken: ({ url }) => (url.endsWith('/issue') ? { status: 201, body: '{"key":"SEC-1"}' } : ok()),
  },
  servicenow: {
    config: { url: 'https://now.example', username: 'assay' },
    secret: hush,
    taken: ({ method }) =>
      method === 'POST' ? { status: 201, body: '{"result":{"sys_id":"1"}}' } : { status: 200, body: '{"result":[]}' },
  },
  'github-issues': {
    config: { repository: 'shop/security' },
    secret: hush,
    taken: ({ method }) => (method === 'POST' ? { status: 201, body: '{"number":1}' } : { status: 200, body: '[]' }),
  },
  syslog: { config: { host: 'log.example' } },
};

test('every kind of sink has an example', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(SINKS.map(({ id }) => id).sort());
});

for (const sink of SINKS) sinkConformance(sink, EXAMPLES[sink.id]!);
