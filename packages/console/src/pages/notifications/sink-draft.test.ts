import { describe, expect, it } from 'vitest';
import { createInput, EMPTY_DRAFT, isComplete } from './sink-draft.ts';
import type { SinkKind } from './sinks.ts';

const EMAIL: SinkKind = {
  kind: 'email',
  fields: [
    { name: 'host', about: 'the SMTP server', required: true },
    { name: 'port', about: 'default 587', required: false },
  ],
  secret: { name: 'secret', about: 'the password', required: false },
  modes: ['DAILY_DIGEST', 'EACH'],
};
const draft = { ...EMPTY_DRAFT, name: ' night ', kind: 'email', config: { host: ' mail.example ', port: ' ', url: 'left over' } };

describe('a new sink', () => {
  it('can be made once everything needed was typed', () => {
    expect(isComplete(draft, EMAIL)).toBe(true);
    expect(isComplete({ ...draft, name: ' ' }, EMAIL)).toBe(false);
    expect(isComplete({ ...draft, config: { host: ' ' } }, EMAIL)).toBe(false);
    expect(isComplete(draft, { ...EMAIL, secret: { name: 'secret', about: 'a token', required: true } })).toBe(false);
    expect(isComplete(draft, undefined)).toBe(false);
  });

  it('leaves out what is empty, and what another kind asked for', () => {
    expect(createInput(draft, EMAIL)).toEqual({
      name: 'night',
      kind: 'email',
      config: { host: 'mail.example' },
      mode: 'DAILY_DIGEST',
      digestHour: 8,
      filter: {},
    });
  });

  it('narrows what is sent, and takes only a mode of its kind', () => {
    const wish = { ...draft, mode: 'TICKETS' as const, secret: 's3cret', severities: ['CRITICAL'], inUse: true };
    expect(createInput(wish, EMAIL)).toMatchObject({
      mode: 'DAILY_DIGEST',
      secret: 's3cret',
      filter: { severities: ['CRITICAL'], inUse: true },
    });
    expect(createInput({ ...wish, mode: 'EACH' }, EMAIL)).not.toHaveProperty('digestHour');
    expect(createInput({ ...wish, secret: 'typed for another kind' }, { kind: 'syslog', fields: [], modes: ['EACH'] })).not.toHaveProperty(
      'secret',
    );
  });
});
