import type { ActionKind } from '../../api/fix-first.ts';
import { type Condition, DEFAULT_STATE, formatState, parseState } from '../findings/findings-state.ts';

/** What a link to the page carries; conditions are written as those of the findings page. */
export interface FixFirstState {
  readonly by: ActionKind;
  readonly conditions: readonly Condition[];
}

export function parseFixFirst(search: string): FixFirstState {
  const by = new URLSearchParams(search).get('by') === 'vulnerability' ? 'VULNERABILITY' : 'PACKAGE';
  return { by, conditions: parseState(search).conditions };
}

/** The search part of the address. */
export function formatFixFirst({ by, conditions }: FixFirstState): string {
  const parameters = new URLSearchParams(formatState({ ...DEFAULT_STATE, conditions }));
  if (by === 'VULNERABILITY') parameters.set('by', 'vulnerability');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
