import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { compileCriteria } from '../../../../findings/list/compile.ts';
import { namesOf, readPlaceNames } from '../../../../fix-first/place-names.ts';
import { readUpgradeFacts, type UpgradeFacts } from '../../../../fix-first/upgrade-facts.ts';
import { planUpgrades, type Upgrade } from '../../../../fix-first/upgrades.ts';
import { statusNow } from '../../../../suppression/status-now.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';
import { criteriaFromWire } from '../../../inspector2/shapes/criteria.ts';
import { findingCounts } from '../../finding-counts.ts';

type WireUpgrade = AssayOut<'ListUpgrades'>['upgrades'][number];

const MOST = 10;

/** The few upgrades that remove most of the running risk, each with what it adds to those before it. */
export async function listUpgrades(input: AssayIn<'ListUpgrades'>, context: ServerContext): Promise<AssayOut<'ListUpgrades'>> {
  const accounts = await seenAccounts(context);
  const naming = { region: context.region, arns: context.arns };
  return withAccounts(context.pool, accounts, async (tx) => {
    const status = await statusNow(tx, accounts, naming);
    const criteria = compileCriteria(criteriaFromWire(input.filterCriteria as never), { accounts, ...naming, status });
    const { running, open, upgrades } = await planUpgrades(tx, { criteria, status, limit: input.maxResults ?? MOST });
    const facts = await readUpgradeFacts(
      tx,
      accounts,
      upgrades.map((one) => one.findings),
    );
    const places = facts.flatMap((one) => one.places);
    const names = await readPlaceNames(tx, accounts, places);
    return { running, findingCount: open, upgrades: upgrades.map((one, at) => toWire(one, facts[at] as UpgradeFacts, names)) };
  });
}

function toWire({ target, removes, share, alone }: Upgrade, facts: UpgradeFacts, names: ReadonlyMap<string, string>): WireUpgrade {
  return {
    kind: target.kind,
    ...(target.kind === 'PACKAGE' ? { package: packageOf(target) } : { baseImage: baseOf(target) }),
    packageNames: target.kind === 'PACKAGE' ? target.installed : [],
    removedFindingCount: removes,
    riskShare: share,
    findingCounts: findingCounts({ findings: alone, bySeverity: facts.bySeverity }),
    ...{ resourceCount: facts.resources, inUseCount: facts.units, places: facts.places, placeCount: facts.placeCount },
    ...namesOf(facts.places, names),
  };
}

function packageOf({ name, namespace, type, fixedIn }: Upgrade['target'] & { kind: 'PACKAGE' }) {
  return { name, namespace, ...(type === null ? {} : { type }), ...(fixedIn === null ? {} : { fixedInVersion: fixedIn }) };
}

function baseOf({ place, newer, layers }: Upgrade['target'] & { kind: 'BASE_IMAGE' }) {
  return {
    layerCount: layers,
    ...(place === null ? {} : { place }),
    ...(newer === null ? {} : { newerImageArn: newer }),
    // Without an image to compare with, the newer base is one that has every fix there is.
    estimated: newer === null,
  };
}
