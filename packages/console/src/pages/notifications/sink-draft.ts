import type { SinkKind, SinkMode } from './sinks.ts';

/** What the form holds; texts as typed. */
export interface SinkDraft {
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, string>>;
  readonly secret: string;
  readonly mode: SinkMode | undefined;
  readonly digestHour: string;
  readonly severities: readonly string[];
  readonly inUse: boolean;
}
export const EMPTY_DRAFT: SinkDraft = {
  name: '',
  kind: '',
  config: {},
  secret: '',
  mode: undefined,
  digestHour: '8',
  severities: [],
  inUse: false,
};

/** Whether everything that the kind needs was typed; what it says is for the service to judge. */
export function isComplete(draft: SinkDraft, kind: SinkKind | undefined): boolean {
  if (kind === undefined || draft.name.trim() === '') return false;
  const typed = (name: string) => (draft.config[name] ?? '').trim() !== '';
  return kind.fields.every(({ name, required }) => !required || typed(name)) && (kind.secret?.required !== true || draft.secret !== '');
}

/** The input of CreateSink: without what was left empty and what the kind does not know. */
export function createInput(draft: SinkDraft, kind: SinkKind): Record<string, unknown> {
  const config: Record<string, string> = {};
  for (const { name } of kind.fields) {
    const text = (draft.config[name] ?? '').trim();
    if (text !== '') config[name] = text;
  }
  const mode = kind.modes.find((one) => one === draft.mode) ?? kind.modes[0];
  return {
    name: draft.name.trim(),
    kind: kind.kind,
    config,
    ...(kind.secret === undefined || draft.secret === '' ? {} : { secret: draft.secret }),
    ...(mode === undefined ? {} : { mode }),
    ...(mode === 'DAILY_DIGEST' ? { digestHour: Number(draft.digestHour) } : {}),
    filter: {
      ...(draft.severities.length === 0 ? {} : { severities: [...draft.severities] }),
      ...(draft.inUse ? { inUse: true } : {}),
    },
  };
}
