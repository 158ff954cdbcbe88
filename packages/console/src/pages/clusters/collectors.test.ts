import { describe, expect, it } from 'vitest';
import { helmCommand, hostCommand, saveCommand } from './collector-commands.ts';
import { type CollectorKind, collectorInput, draftOf, EMPTY_COLLECTOR, isComplete } from './collectors.ts';

const NOMAD: CollectorKind = {
  kind: 'nomad',
  fields: [
    { name: 'address', about: 'where', required: true },
    { name: 'name', about: 'what it is called', required: false },
  ],
  secret: { name: 'secret', about: 'a token', required: false },
  permissions: [],
  watchedHere: true,
};
const draft = { name: ' jobs ', kind: 'nomad', config: { address: ' http://n:4646 ', name: ' ', regions: 'left over' }, secret: '' };

describe('what is said of a collector', () => {
  it('is enough once everything needed was typed', () => {
    expect(isComplete(draft, NOMAD, false)).toBe(true);
    expect(isComplete({ ...draft, config: {} }, NOMAD, false)).toBe(false);
    expect(isComplete({ ...draft, name: ' ' }, NOMAD, false)).toBe(false);
    expect(isComplete(EMPTY_COLLECTOR, undefined, false)).toBe(false);
  });

  it('needs a secret that its kind needs once: a change keeps the one that is stored', () => {
    const sealed: CollectorKind = { ...NOMAD, secret: { name: 'secret', about: 'a token', required: true } };
    expect(isComplete(draft, sealed, false)).toBe(false);
    expect(isComplete({ ...draft, secret: 's' }, sealed, false)).toBe(true);
    expect(isComplete(draft, sealed, true)).toBe(true);
  });

  it('leaves out what is empty, and what another kind asked for', () => {
    expect(collectorInput(draft, NOMAD)).toEqual({ name: 'jobs', config: { address: 'http://n:4646' } });
    expect(collectorInput({ ...draft, secret: 's' }, NOMAD)).toHaveProperty('secret', 's');
    expect(collectorInput({ ...draft, secret: 's' }, { kind: 'push', fields: [], permissions: [], watchedHere: false })).toEqual({
      name: 'jobs',
      config: {},
    });
  });

  it('of one that is changed begins as it is, and empties what was emptied', () => {
    const config = { address: 'http://n:4646', name: 'n' };
    const begun = draftOf({ collectorArn: 'arn', name: 'jobs', kind: 'nomad', config, status: 'ACTIVE', createdAt: 1, updatedAt: 1 });
    expect(collectorInput(begun, NOMAD)).toEqual({ name: 'jobs', config });
    expect(collectorInput({ ...begun, config: { ...config, name: '' } }, NOMAD)).toEqual({
      name: 'jobs',
      config: { address: config.address },
    });
  });

  it('is started by lines that stay one word each, whatever the cluster is called', () => {
    expect(helmCommand('https://a.example', 'shop')).toContain('--set-string server=https://a.example --set-string clusterName=shop');
    expect(helmCommand('https://a.example', `x,y; rm -rf 'z'`)).toContain(`--set-string 'clusterName=x\\,y; rm -rf '\\''z'\\'''`);
    expect(hostCommand('https://a.example:8460')).toBe(
      'npx assay collect --kind docker --server https://a.example:8460 --token-file token',
    );
    expect(saveCommand('aT-0_9')).toBe('(umask 077 && printf %s aT-0_9 > token)');
  });
});
