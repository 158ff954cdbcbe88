import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { Arguments, Cli } from '../command.ts';
import { usage } from '../parse-arguments.ts';
import { serviceClient } from './client.ts';
import { writeList } from './write-list.ts';

type Package = Wire<assay.FixFirstPackage>;
type Action = Wire<assay.FixFirstAction>;
type Upgrade = Wire<assay.Upgrade>;

export async function fixFirst(given: Arguments, cli: Cli): Promise<number> {
  const input = { groupBy: given.value('by')?.toUpperCase(), maxResults: limitOf(given) };
  const { actions } = await serviceClient(given, cli).ask<{ actions: Action[] }>('/assay/fix-first/list', input);
  const rows = actions.map((action) => ({
    ...action,
    what: action.vulnerabilityId ?? versioned(action.package),
    reach: action.exposure.toLowerCase().replaceAll('_', ' '),
    attacks: action.exploitation.toLowerCase(),
    findings: action.findingCounts.all,
    where: placesText(action),
  }));
  const columns = {
    FIX: 'what',
    RUNNING: 'inUseCount',
    REACHED: 'reach',
    ATTACKS: 'attacks',
    SEVERITY: 'severity',
    FINDINGS: 'findings',
    WHERE: 'where',
  } as const;
  return given.value('format') === 'json' ? writeList(actions, { given, cli, columns: {} }) : writeList(rows, { given, cli, columns });
}

export async function listUpgrades(given: Arguments, cli: Cli): Promise<number> {
  const input = { maxResults: limitOf(given) };
  const { upgrades } = await serviceClient(given, cli).ask<{ upgrades: Upgrade[] }>('/assay/fix-first/upgrades', input);
  const rows = upgrades.map((one) => ({
    ...one,
    what: one.baseImage === undefined ? versioned(one.package) : baseText(one.baseImage),
    share: `${(one.riskShare * 100).toFixed(1)} %`,
    where: placesText(one),
  }));
  const columns = { UPGRADE: 'what', REMOVES: 'removedFindingCount', RISK: 'share', RUNNING: 'inUseCount', WHERE: 'where' } as const;
  return given.value('format') === 'json' ? writeList(upgrades, { given, cli, columns: {} }) : writeList(rows, { given, cli, columns });
}

function limitOf(given: Arguments): number {
  const limit = Number(given.value('limit'));
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw usage('assay fix', '--limit is a number from 1 to 100');
  return limit;
}

const versioned = (one: Package | undefined): string =>
  one === undefined ? '' : one.fixedInVersion === undefined ? `${one.name} (no fix)` : `${one.name} → ${one.fixedInVersion}`;

function baseText({ place, layerCount, estimated }: NonNullable<Upgrade['baseImage']>): string {
  return `base ${place ?? `of ${layerCount} shared layers`}${estimated ? ' (estimated)' : ''}`;
}

function placesText({ places, placeNames = places, placeCount }: Pick<Action, 'places' | 'placeNames' | 'placeCount'>): string {
  return placeCount > 1 ? `${placeNames[0]} and ${placeCount - 1} more` : (placeNames[0] ?? '');
}
