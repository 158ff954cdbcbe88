import { readVex } from '@assay/formats/vex/read.ts';
import { type MemoryRevisions, memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import type { Role } from '@assay/wire/principal.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { advisory, type Estate, estateOf, image } from '../findings/write/testdata/estate.ts';
import { startTestService, type TestService } from '../http/testdata/start-service.ts';

const DAY = 86_400_000;
const named = (value: string) => ({ vulnerabilityId: [{ comparison: 'EQUALS', value }] });

describe('rules and history in the service assay', () => {
  let service: TestService;
  let revisions: MemoryRevisions;
  let estate: Estate;
  const tokens: Partial<Record<Role, string>> = {};
  beforeEach(async () => {
    revisions = memoryRevisions();
    service = await startTestService({ now: () => estate?.now ?? Date.now() });
    estate = estateOf(service.db, revisions);
    estate.now = Date.now();
    for (const role of ['viewer', 'operator', 'admin'] as const)
      tokens[role] = await service.tokens.create('bearer', { account: 0, name: role, role });
    const known = { ...advisory('CVE-2026-1', 'a', '2.0.0'), aliases: ['GHSA-aaaa-bbbb-cccc'] };
    await revisions.publish(service.db.worker, [known, advisory('CVE-2026-2', 'b', '2.0.0')]);
    await estate.scan(0, image('one', ['a@1.0.0', 'b@1.0.0']));
  });
  afterEach(() => service.stop());

  // biome-ignore lint/suspicious/noExplicitAny: answers of many operations
  const call = async (uri: string, input: unknown, role: Role = 'operator'): Promise<any> => {
    const headers = { authorization: `Bearer ${tokens[role]}`, 'x-assay-service': 'assay', 'content-type': 'application/json' };
    const answer = await fetch(`${service.server.address}/assay/${uri}`, { method: 'POST', headers, body: JSON.stringify(input) });
    const body = (await answer.json()) as object;
    return answer.ok ? body : { ...body, error: answer.headers.get('x-amzn-errortype') };
  };
  const rule = (more: object = {}) => ({ name: 'rule', filterCriteria: named('GHSA-aaaa-bbbb-cccc'), ...more });

  it('previews what a rule would hide, by any name of the vulnerability', async () => {
    await service.db.worker.query('update resource set in_use_count = 2');
    const preview = await call('suppression-rules/preview', { filterCriteria: named('GHSA-aaaa-bbbb-cccc') }, 'viewer');
    expect(preview).toMatchObject({ matched: 1, hiddenAlready: 0, inUse: 1, bySeverity: { CRITICAL: 1 } });
    expect(preview.sample).toEqual([expect.objectContaining({ vulnerabilityId: 'CVE-2026-1', severity: 'CRITICAL', inUse: true })]);
    expect(await call('suppression-rules/preview', { filterCriteria: {} })).toMatchObject({ error: 'ValidationException' });
    await call('suppression-rules/create', rule());
    expect(await estate.findings(0)).toEqual(['ACTIVE CVE-2026-2 one b@1.0.0', 'SUPPRESSED CVE-2026-1 one a@1.0.0']);
    expect(
      await call('suppression-rules/preview', { filterCriteria: { severity: [{ comparison: 'EQUALS', value: 'CRITICAL' }] } }),
    ).toMatchObject({
      matched: 2,
      hiddenAlready: 1,
    });
  });

  it('keeps owner, reason and end, tells what each hides and who changed what', async () => {
    const expiresAt = Math.floor(estate.now / 1000) + 86_400;
    const { filterArn, state } = await call('suppression-rules/create', rule({ owner: 'team-blue', reason: 'not reachable', expiresAt }));
    expect(state).toBe('IN_FORCE');
    await call('suppression-rules/create', rule({ name: 'stale', filterCriteria: named('CVE-1999-1') }));
    const { rules } = await call('suppression-rules/list', {}, 'viewer');
    expect(rules).toEqual([
      expect.objectContaining({
        ...{ filterArn, name: 'rule', owner: 'team-blue', reason: 'not reachable', expiresAt },
        hidden: 1,
        applied: true,
      }),
      expect.objectContaining({ name: 'stale', hidden: 0 }),
    ]);
    expect((await call('suppression-rules/list', { onlyStale: true })).rules.map((one: { name: string }) => one.name)).toEqual(['stale']);
    await call('suppression-rules/update', { filterArn, owner: 'team-red', neverExpires: true });
    const { changes } = await call('suppression-rules/changes/list', { filterArn }, 'viewer');
    expect(changes.map(({ actor, change }: { actor: string; change: string }) => [actor, change])).toEqual([
      ['arn:aws:iam::000000000000:user/operator', 'CREATED'],
      ['arn:aws:iam::000000000000:user/operator', 'UPDATED'],
    ]);
    expect(JSON.parse(changes[1].detail)).toEqual({ owner: ['team-blue', 'team-red'], expiresAt: [expect.any(String), null] });
    expect(await call('suppression-rules/create', rule({ name: 'late', expiresAt: 1 }))).toMatchObject({ error: 'ValidationException' });
    expect(await call('suppression-rules/create', rule())).toMatchObject({ error: 'ConflictException' });
    expect(await call('suppression-rules/create', rule({ name: 'no' }), 'viewer')).toMatchObject({ error: 'AccessDeniedException' });
    expect(await call('suppression-rules/changes/list', { filterArn: 'arn:x' })).toMatchObject({ error: 'ResourceNotFoundException' });
  });

  it('where the account asks for it, the rule of an operator waits for an admin, and so does each change of it', async () => {
    expect(await call('suppression-settings/update', { approvalRequired: true })).toMatchObject({ error: 'AccessDeniedException' });
    await call('suppression-settings/update', { approvalRequired: true }, 'admin');
    expect(await call('suppression-settings/get', {}, 'viewer')).toEqual({ approvalRequired: true });
    const { filterArn, state } = await call('suppression-rules/create', rule());
    expect(state).toBe('PENDING_APPROVAL');
    const hidden = async () => (await estate.findings(0)).filter((line) => line.startsWith('SUPPRESSED')).length;
    expect(await hidden()).toBe(0);
    expect(await call('suppression-rules/approve', { filterArn })).toMatchObject({ error: 'AccessDeniedException' });
    expect(await call('suppression-rules/approve', { filterArn }, 'admin')).toEqual({ filterArn, state: 'IN_FORCE' });
    expect(await hidden()).toBe(1);
    expect(await call('suppression-rules/update', { filterArn, reason: 'because' })).toMatchObject({ state: 'IN_FORCE' });
    expect(await call('suppression-rules/update', { filterArn, filterCriteria: named('CVE-2026-2') })).toMatchObject({
      state: 'PENDING_APPROVAL',
    });
    expect(await hidden()).toBe(0);
    expect((await call('suppression-rules/list', { state: 'PENDING_APPROVAL' })).rules).toHaveLength(1);
    expect(await call('suppression-rules/create', rule({ name: 'of an admin' }), 'admin')).toMatchObject({ state: 'IN_FORCE' });
  });

  it('takes VEX documents in place of their earlier versions, hides only what is not affected, and writes what it hides', async () => {
    const vex = (status: string, day: number, more: object = {}) =>
      JSON.stringify({
        ...{ '@context': 'https://openvex.dev/ns/v0.2.0', '@id': 'https://vex.example/1', author: 'vendor', version: day },
        timestamp: `2026-01-0${day}T00:00:00Z`,
        statements: [
          { vulnerability: { name: 'GHSA-aaaa-bbbb-cccc' }, products: [{ '@id': 'pkg:npm/a@1.0.0' }], status, ...more },
          {
            vulnerability: { name: 'CVE-2026-2' },
            products: [{ '@id': 'pkg:npm/b@9.0.0' }, { '@id': 'something' }],
            status: 'not_affected',
          },
        ],
      });
    const justification = 'vulnerable_code_not_present';
    const first = await call('vex/import', { document: vex('not_affected', 1, { justification, impact_statement: 'removed' }) });
    expect(first).toEqual({
      ...{ format: 'OPENVEX', documentId: 'https://vex.example/1', created: 2, replaced: 0 },
      skipped: [{ vulnerabilityId: 'CVE-2026-2', product: 'something', why: expect.any(String) }],
    });
    expect(await estate.findings(0)).toEqual(['ACTIVE CVE-2026-2 one b@1.0.0', 'SUPPRESSED CVE-2026-1 one a@1.0.0']);
    const { rules } = await call('suppression-rules/list', {});
    expect(rules[0]).toMatchObject({ owner: 'vendor', reason: `${justification}: removed`, hidden: 1 });
    for (const format of ['OPENVEX', 'CSAF', 'CYCLONEDX']) {
      const { document, statements } = await call('vex/export', { format }, 'viewer');
      expect(statements).toBe(1);
      const back = readVex(Buffer.from(document));
      expect(back.statements).toEqual([
        expect.objectContaining({ vulnerability: 'CVE-2026-1', status: 'not_affected', justification, detail: 'removed' }),
      ]);
      expect(back.statements[0]!.products).toEqual([
        expect.objectContaining({ purl: 'pkg:npm/a@1.0.0', image: expect.stringMatching(/^sha256:/) }),
      ]);
    }
    expect(await call('vex/import', { document: vex('under_investigation', 2) })).toMatchObject({ created: 1, replaced: 2 });
    expect((await estate.findings(0)).every((line) => line.startsWith('ACTIVE'))).toBe(true);
    expect(await call('vex/import', { document: vex('not_affected', 1) })).toMatchObject({ error: 'ValidationException' });
    expect(await call('vex/import', { document: '{}' })).toMatchObject({ error: 'ValidationException' });
    expect(await call('vex/import', { document: vex('not_affected', 3) }, 'viewer')).toMatchObject({ error: 'AccessDeniedException' });
  });

  it('knows what was known on a day, and every change of a finding since', async () => {
    const first = estate.now;
    estate.now += DAY;
    const { filterArn } = await call('suppression-rules/create', rule());
    estate.now += DAY;
    await estate.scan(0, image('one', ['b@1.0.0']));
    estate.now += DAY;
    await estate.scan(0, image('two', ['a@1.0.0']));
    const at = async (ms: number, filterCriteria: object = {}) => {
      const { findings } = await call('findings/at', { at: Math.floor(ms / 1000), filterCriteria }, 'viewer');
      return findings.map((one: { vulnerabilityId: string; status: string }) => `${one.vulnerabilityId} ${one.status}`);
    };
    expect(await at(first - DAY)).toEqual([]);
    expect(await at(first + DAY / 2)).toEqual(['CVE-2026-1 ACTIVE', 'CVE-2026-2 ACTIVE']);
    expect(await at(first + 1.5 * DAY)).toEqual(['CVE-2026-1 SUPPRESSED', 'CVE-2026-2 ACTIVE']);
    expect(await at(first + 2.5 * DAY)).toEqual(['CVE-2026-2 ACTIVE']);
    expect(await at(first + 2.5 * DAY, { findingStatus: [{ comparison: 'EQUALS', value: 'CLOSED' }] })).toEqual(['CVE-2026-1 CLOSED']);
    expect(await at(first + 1.5 * DAY, named('CVE-2026-2'))).toEqual(['CVE-2026-2 ACTIVE']);
    expect(await at(estate.now - 1000)).toEqual(['CVE-2026-2 ACTIVE']);
    const one = await call('findings/at', { at: Math.floor(first / 1000 + 60), maxResults: 1 });
    expect(one.findings).toHaveLength(1);
    const next = await call('findings/at', { at: Math.floor(first / 1000 + 60), maxResults: 1, nextToken: one.nextToken });
    expect(next.findings[0].vulnerabilityId).toBe('CVE-2026-2');
    const { events } = await call('findings/history', { findingArn: one.findings[0].findingArn });
    expect(events.map(({ at: _at, ...event }: { at: number }) => event)).toEqual([
      {
        ...{ kind: 'OPENED', actor: 'scan', status: 'ACTIVE', severity: 'CRITICAL', score: 9.8, fixAvailable: 'YES' },
        ...{ revision: expect.any(String), packagesAdded: ['pkg:npm/a@1.0.0'] },
      },
      { kind: 'SUPPRESSED', actor: 'rule', status: 'SUPPRESSED', ruleArn: filterArn },
      { kind: 'CLOSED', actor: 'scan', status: 'CLOSED', revision: expect.any(String) },
    ]);
    const unknown = one.findings[0].findingArn.replace(/.{4}$/, '0000');
    expect(await call('findings/history', { findingArn: unknown })).toMatchObject({ error: 'ResourceNotFoundException' });
  });
});
