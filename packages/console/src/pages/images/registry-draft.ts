import type { Frequency } from '../../api/images.ts';
import type { Registry, RegistryKind } from '../../api/registries.ts';

/** What the form holds; texts as typed. */
export interface RegistryDraft {
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, string>>;
  /** Empty when an existing registry keeps the one it has. */
  readonly secret: string;
  /** One pattern a line. */
  readonly include: string;
  readonly frequencies: readonly { readonly pattern: string; readonly frequency: Frequency }[];
  readonly recentDays: string;
  readonly crawlMinutes: string;
}
export const EMPTY_REGISTRY: RegistryDraft = {
  name: '',
  kind: '',
  config: {},
  secret: '',
  include: '**',
  frequencies: [],
  recentDays: '30',
  crawlMinutes: '60',
};

export function draftOf({ name, kind, config, include, frequencies, recentDays, crawlMinutes }: Registry): RegistryDraft {
  return {
    ...{ name, kind, config, secret: '', include: include.join('\n'), frequencies },
    ...{ recentDays: String(recentDays), crawlMinutes: String(crawlMinutes) },
  };
}

/** Whether everything that the kind needs was typed; what it says is for the service to judge. */
export function isComplete(draft: RegistryDraft, kind: RegistryKind | undefined, kept: boolean): boolean {
  if (kind === undefined || draft.name.trim() === '' || linesOf(draft.include).length === 0) return false;
  if (![draft.recentDays, draft.crawlMinutes].every((text) => /^\d{1,5}$/.test(text.trim()))) return false;
  const typed = (name: string) => (draft.config[name] ?? '').trim() !== '';
  return (
    kind.fields.every(({ name, required }) => !required || typed(name)) && (kept || kind.secret?.required !== true || draft.secret !== '')
  );
}

/** Members of CreateRegistry and UpdateRegistry: without what was left empty and what the kind does not know. */
export function registryInput(draft: RegistryDraft, kind: RegistryKind): Record<string, unknown> {
  const config: Record<string, string> = {};
  for (const { name } of kind.fields) {
    const text = (draft.config[name] ?? '').trim();
    if (text !== '') config[name] = text;
  }
  return {
    name: draft.name.trim(),
    config,
    ...(draft.secret === '' || kind.secret === undefined ? {} : { secret: draft.secret }),
    include: linesOf(draft.include),
    frequencies: draft.frequencies
      .map(({ pattern, frequency }) => ({ pattern: pattern.trim(), frequency }))
      .filter(({ pattern }) => pattern !== ''),
    recentDays: Number(draft.recentDays),
    crawlMinutes: Number(draft.crawlMinutes),
  };
}

function linesOf(text: string): string[] {
  return text.split(/[\n,]/).flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}
