import { describe, expect, it } from 'vitest';
import { helmCommand, hostCommand, saveCommand } from './collector-commands.ts';
import { type CollectorKind, createInput, EMPTY_COLLECTOR, isComplete } from './collectors.ts';

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

describe('a new collector', () => {
  it('can be made once everything needed was typed', () => {
    expect(isComplete(draft, NOMAD)).toBe(true);
    expect(isComplete({ ...draft, config: {} }, NOMAD)).toBe(false);
    expect(isComplete({ ...draft, name: ' ' }, NOMAD)).toBe(false);
    expect(isComplete(EMPTY_COLLECTOR, undefined)).toBe(false);
  });

  it('leaves out what is empty, and what another kind asked for', () => {
    expect(createInput(draft, NOMAD)).toEqual({ name: 'jobs', kind: 'nomad', config: { address: 'http://n:4646' } });
    expect(createInput({ ...draft, secret: 's' }, NOMAD)).toHaveProperty('secret', 's');
    expect(createInput({ ...draft, secret: 's' }, { kind: 'push', fields: [], permissions: [], watchedHere: false })).toEqual({
      name: 'jobs',
      kind: 'push',
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
