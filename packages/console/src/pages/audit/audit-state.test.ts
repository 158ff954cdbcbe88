import fc from 'fast-check';
import { expect, it } from 'vitest';
import { auditCriteria, formatAudit, parseAudit } from './audit-state.ts';

it('keeps every filter in the address', () => {
  const text = fc.string({ maxLength: 60 });
  const state = fc.record({ operation: text, principal: text, resource: text, changes: fc.boolean(), failed: fc.boolean() });
  fc.assert(
    fc.property(state, (one) => {
      expect(parseAudit(formatAudit(one))).toEqual(one);
    }),
    { seed: 5 },
  );
});

it('asks only for what was given', () => {
  expect(auditCriteria(parseAudit(''))).toEqual({});
  expect(auditCriteria(parseAudit('?operation=CreateSink&changes=1&failed=0'))).toEqual({ operation: 'CreateSink', readOnly: false });
});
