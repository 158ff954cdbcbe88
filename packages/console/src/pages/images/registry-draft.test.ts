import { describe, expect, it } from 'vitest';
import type { Registry, RegistryKind } from '../../api/registries.ts';
import { draftOf, EMPTY_REGISTRY, isComplete, registryInput } from './registry-draft.ts';

const CAPABILITIES = { repositories: true, untagged: false, pushEvents: true, pullEvents: true, pullTimes: false, referrers: false };
const OCI: RegistryKind = {
  ...{ kind: 'oci', capabilities: CAPABILITIES, permissions: [] },
  fields: [
    { name: 'url', about: 'the registry', required: true },
    { name: 'username', about: 'who reads', required: false },
  ],
  secret: { name: 'secret', about: 'the password', required: true },
};
const draft = { ...EMPTY_REGISTRY, name: ' main ', kind: 'oci', config: { url: ' registry.example ', username: ' ', other: 'left over' } };

describe('a registry in the form', () => {
  it('is complete once everything needed was typed; a stored secret need not be typed again', () => {
    expect(isComplete(draft, OCI, false)).toBe(false);
    expect(isComplete({ ...draft, secret: 's' }, OCI, false)).toBe(true);
    expect(isComplete(draft, OCI, true)).toBe(true);
    expect(isComplete({ ...draft, config: {} }, OCI, true)).toBe(false);
    expect(isComplete({ ...draft, include: ' \n' }, OCI, true)).toBe(false);
    expect(isComplete({ ...draft, recentDays: '-1' }, OCI, true)).toBe(false);
    expect(isComplete(draft, undefined, true)).toBe(false);
  });

  it('leaves out what is empty, and what another kind asked for', () => {
    const frequencies = [
      { pattern: ' archive/** ', frequency: 'MANUAL' as const },
      { pattern: ' ', frequency: 'MANUAL' as const },
    ];
    expect(registryInput({ ...draft, include: 'shop/*\n\n base/** ', frequencies }, OCI)).toEqual({
      ...{ name: 'main', config: { url: 'registry.example' }, include: ['shop/*', 'base/**'], recentDays: 30, crawlMinutes: 60 },
      frequencies: [{ pattern: 'archive/**', frequency: 'MANUAL' }],
    });
    const { secret: _, ...open } = OCI;
    expect(registryInput({ ...draft, secret: 's3cret' }, OCI)).toMatchObject({ secret: 's3cret' });
    expect(registryInput({ ...draft, secret: 'typed for another kind' }, open)).not.toHaveProperty('secret');
  });

  it('comes back as it was when nothing is changed', () => {
    const registry: Registry = {
      ...{ registryArn: 'arn', name: 'main', kind: 'oci', host: 'registry.example', config: { url: 'registry.example' }, status: 'ACTIVE' },
      ...{
        include: ['a/*', 'b'],
        frequencies: [{ pattern: 'a/*', frequency: 'SCAN_ON_PUSH' }],
        recentDays: 7,
        crawlMinutes: 15,
        createdAt: 1,
        updatedAt: 1,
      },
    };
    const { name, config, include, frequencies, recentDays, crawlMinutes } = registry;
    expect(registryInput(draftOf(registry), OCI)).toEqual({ name, config, include, frequencies, recentDays, crawlMinutes });
  });
});
