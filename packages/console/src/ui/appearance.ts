import { applyMode, Mode } from '@cloudscape-design/global-styles';

export type Appearance = 'system' | 'light' | 'dark';
export const APPEARANCES: readonly Appearance[] = ['system', 'light', 'dark'];
export const APPEARANCE_KEY = 'assay.appearance';

let chosen: Appearance = 'system';

function apply(): void {
  const dark = chosen === 'dark' || (chosen === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  applyMode(dark ? Mode.Dark : Mode.Light);
  document.documentElement.dataset['mode'] = dark ? 'dark' : 'light';
}

export function setAppearance(appearance: Appearance): void {
  chosen = appearance;
  apply();
}

/** Before the first paint, so that a dark screen never flashes white; afterwards follows the system while nothing else is chosen. */
export function followAppearance(storage: Pick<Storage, 'getItem'>): void {
  const text = storage.getItem(APPEARANCE_KEY);
  chosen = text === '"dark"' ? 'dark' : text === '"light"' ? 'light' : 'system';
  apply();
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
}
