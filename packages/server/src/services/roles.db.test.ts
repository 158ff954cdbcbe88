import { mayAct, ROLES } from '@assay/wire/principal.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltOperation, builtOperations, callerFor } from '../http/testdata/built-operations.ts';
import { OPERATION_ROLES } from '../http/testdata/operation-roles.ts';
import { recipeOf } from '../http/testdata/recipes.ts';
import { startTestService, type TestService } from '../http/testdata/start-service.ts';

let service: TestService;
let built: BuiltOperation[];
beforeAll(async () => {
  service = await startTestService({ now: Date.now });
  built = await builtOperations();
});
afterAll(() => service?.stop());

test('every built operation has its line in OPERATION_ROLES, and no other has', () => {
  const names = built.map((one) => `${one.service} ${one.name}`);
  const listed = Object.entries(OPERATION_ROLES).flatMap(([of, operations]) => Object.keys(operations).map((name) => `${of} ${name}`));
  expect(listed.sort()).toEqual(names.sort());
});

test.each(ROLES)('%s: refused exactly where the table asks for more, before anything else is looked at', async (role) => {
  const call = await callerFor(service, { account: 0, role });
  const wrong: string[] = [];
  for (const one of built) {
    const answer = await call(one, recipeOf(one));
    const refused = answer.status === 403 && answer.text.includes('needs the role');
    const least = OPERATION_ROLES[one.service]?.[one.name] ?? 'admin';
    const expected = !mayAct(role, least);
    if (refused !== expected) wrong.push(`${one.service} ${one.name}: ${answer.status} ${answer.text.slice(0, 200)}`);
    // A refusal that comes after the look-up tells who exists; one that comes before validation would hide a mistake of this test.
    if (expected && answer.text.includes('ValidationException')) wrong.push(`${one.name}: the input is not valid`);
  }
  expect(wrong).toEqual([]);
});
