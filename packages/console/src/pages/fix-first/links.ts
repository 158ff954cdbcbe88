import type { FixFirstAction, Upgrade } from '../../api/fix-first.ts';
import { type Condition, DEFAULT_STATE, formatState } from '../findings/findings-state.ts';

/** As many values as the API takes of one filter. */
const MOST = 10;

/** The findings that an action is about, as the list of findings shows them. */
export function actionHref(action: FixFirstAction, narrowed: readonly Condition[] = []): string {
  if (action.kind === 'VULNERABILITY') return listHref([...equals('vulnerabilityId', [action.vulnerabilityId ?? '']), ...narrowed]);
  const place = action.place ?? '';
  return listHref([
    ...equals(
      'packageName',
      action.packages.map(({ name }) => name),
    ),
    ...placeConditions([place]),
    ...(isRepository(place) ? [runs(action.running)] : []),
    ...narrowed,
  ]);
}

/** Of a base image: what is found in the repositories that stand on it. */
export function upgradeHref(upgrade: Upgrade, running: boolean, narrowed: readonly Condition[] = []): string {
  const { kind, packageNames, places, placeCount } = upgrade;
  const images = placeCount === places.length && places.every(isRepository);
  return listHref([
    ...(kind === 'PACKAGE' ? equals('packageName', packageNames) : placeConditions(places.filter(isRepository))),
    ...(running && images ? [runs(true)] : []),
    ...narrowed,
  ]);
}

/** A resource lies in a repository, `HOST/NAME`; one that lies in none is told by its ARN. */
export function isRepository(place: string): boolean {
  return !place.startsWith('arn:');
}

/** What a person calls the place: without the parts of an ARN that are the same for all. */
export function placeName(place: string): string {
  return isRepository(place) ? place : place.split(':').slice(5).join(':') || place;
}

function placeConditions(places: readonly string[]): Condition[] {
  const repositories = places.filter(isRepository).map((place) => ({ place, cut: place.indexOf('/') }));
  return [
    ...equals(
      'ecrImageRegistry',
      repositories.map(({ place, cut }) => place.slice(0, cut)),
    ),
    ...equals(
      'ecrImageRepositoryName',
      repositories.map(({ place, cut }) => place.slice(cut + 1)),
    ),
    ...equals(
      'resourceId',
      places.filter((place) => !isRepository(place)),
    ),
  ];
}

function runs(running: boolean): Condition {
  return { key: 'ecrImageInUseCount', ...(running ? { operator: '>=', values: ['1'] } : { operator: '<=', values: ['0'] }) };
}

/** One condition a value: the filter box shows one value each. */
function equals(key: string, values: readonly string[]): Condition[] {
  return [...new Set(values)].slice(0, MOST).map((value) => ({ key, operator: '=', values: [value] }));
}

function listHref(conditions: readonly Condition[]): string {
  return `/${formatState({ ...DEFAULT_STATE, view: 'list', conditions })}`;
}
