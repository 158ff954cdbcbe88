import {
  AssociateMemberCommand,
  DisassociateMemberCommand,
  EnableDelegatedAdminAccountCommand,
  GetClustersForImageCommand,
  type Inspector2Client,
  ListCoverageCommand,
} from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAccount } from '../accounts/directory.ts';
import { ensureAccount } from '../accounts/settings.ts';
import { assayOf, inspectorOf } from '../http/testdata/callers.ts';
import { startTestService, type TestService } from '../http/testdata/start-service.ts';
import { clusterOf, digestOf, RunningEstate, runs } from './testdata/running-estate.ts';

/** The delegated administrator, the owner of the golden repository, a member that runs it, and an account of another organisation. */
const [ADMIN, OWNER, USER, OUTSIDER] = [111_111_111_111, 222_222_222_222, 333_333_333_333, 444_444_444_444];
const GOLDEN = 'registry.example/golden/base';
const running = runs(`${GOLDEN}:1`, `${GOLDEN}@${digestOf('golden')}`);
const arn = `arn:aws:ecr:us-east-1:${OWNER}:repository/${GOLDEN}/${digestOf('golden')}`;

let service: TestService;
let estate: RunningEstate;
const callers = new Map<number, Inspector2Client>();
beforeAll(async () => {
  service = await startTestService({ now: Date.now });
  const { db } = service;
  for (const account of [ADMIN, OWNER, USER])
    await createAccount(db.api, { management: 0, name: `a${account}`, account, actor: 'test', now: new Date() });
  await ensureAccount(db.api, OUTSIDER, 'outsider');
  for (const account of [0, ADMIN, OWNER, USER, OUTSIDER]) callers.set(account, await inspectorOf(service, account));
  estate = new RunningEstate(db);
  estate.now = Date.now();
  await estate.image(OWNER, GOLDEN, 'golden');
  await estate.snapshot(USER, clusterOf('user'), [{ ...running, running: 3, lastSeen: estate.now }]);
  await estate.snapshot(OUTSIDER, clusterOf('outsider'), [{ ...running, running: 50, lastSeen: estate.now }]);
});
afterAll(() => service?.stop());

const client = (account: number) => callers.get(account)!;
async function clusters(account: number): Promise<(string | undefined)[]> {
  const { cluster } = await client(account).send(new GetClustersForImageCommand({ filter: { resourceId: arn } }));
  return (cluster ?? []).map((one) => one.clusterArn);
}
async function inUse(account: number): Promise<(number | undefined)[]> {
  const { coveredResources } = await client(account).send(new ListCoverageCommand({}));
  return (coveredResources ?? []).map((one) => one.resourceMetadata?.ecrImage?.inUseCount);
}
const cluster = (account: number, name: string) => `arn:aws:eks:us-east-1:${account}:cluster/${name}`;
const associate = async (account: number) => {
  await client(ADMIN).send(new AssociateMemberCommand({ accountId: String(account) }));
  await estate.work();
};

it('usage of a member counts for the image wherever it belongs, and each sees its part', async () => {
  // Nobody shares anything with anybody yet.
  expect([await inUse(OWNER), await clusters(OWNER), await clusters(USER), await clusters(ADMIN)]).toEqual([[0], [], [], []]);

  await client(0).send(new EnableDelegatedAdminAccountCommand({ delegatedAdminAccountId: String(ADMIN) }));
  await associate(OWNER);
  expect(await inUse(OWNER)).toEqual([0]);
  await associate(USER);
  await estate.snapshot(OWNER, clusterOf('owner'), [{ ...running, running: 2, lastSeen: estate.now }]);
  await estate.snapshot(ADMIN, clusterOf('admin'), [{ ...running, running: 10, lastSeen: estate.now }]);

  expect(await inUse(OWNER)).toEqual([15]);
  expect(await inUse(ADMIN)).toEqual([15]);
  expect(await inUse(USER)).toEqual([]);
  const all = [cluster(ADMIN, 'admin'), cluster(OWNER, 'owner'), cluster(USER, 'user')];
  expect(await clusters(OWNER)).toEqual(all);
  expect(await clusters(ADMIN)).toEqual(all);
  expect(await clusters(USER)).toEqual([cluster(USER, 'user')]);
  expect(await clusters(OUTSIDER)).toEqual([]);
  // The management account is no member: it sees nothing of them.
  expect(await clusters(0)).toEqual([]);

  await client(ADMIN).send(new DisassociateMemberCommand({ accountId: String(USER) }));
  await estate.work();
  expect(await inUse(OWNER)).toEqual([12]);
  expect(await clusters(OWNER)).toEqual(all.slice(0, 2));
  expect(await clusters(USER)).toEqual([]);
  const { rows: traces } = await service.db.owner.query(
    `select 'link' as what from running_resource where observer = $1 union all select 'usage' from image_usage where observer = $1`,
    [USER],
  );
  expect(traces).toEqual([]);

  await associate(USER);
  expect(await inUse(OWNER)).toEqual([15]);
  expect(await assayOf(service, 0)('accounts/close', { accountId: String(USER) })).toMatchObject({ status: 200 });
  await estate.work();
  expect(await inUse(OWNER)).toEqual([12]);
  expect(await clusters(ADMIN)).toEqual(all.slice(0, 2));
});
