import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { useAnswer } from '../../api/use-answer.ts';

export type CollectorStatus = Collector['status'];
export type Collector = Wire<assay.CollectorSummary>;
export type CollectorField = Wire<assay.CollectorField>;
export type CollectorKind = Wire<assay.CollectorKindDescription>;

const POLL = 15_000;
export function useCollectors(nextToken: string | undefined) {
  return useAnswer<{ collectors: Collector[]; nextToken?: string }>('assay', '/assay/collectors/list', { maxResults: 50, nextToken }, POLL);
}
export function useCollectorKinds() {
  return useAnswer<{ kinds: CollectorKind[] }>('assay', '/assay/collectors/kinds/list', {});
}
/** `collectorArn` of a collector of this account. */
export function useCollector(collectorArn: string) {
  return useAnswer<{ collector: Collector }>('assay', '/assay/collectors/get', { collectorArn });
}

export interface CollectorDraft {
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, string>>;
  readonly secret: string;
}
export const EMPTY_COLLECTOR: CollectorDraft = { name: '', kind: 'push', config: {}, secret: '' };

/** `config` as it is; the secret is never told, so its field is empty. */
export function draftOf({ name, kind, config }: Collector): CollectorDraft {
  return { name, kind, config, secret: '' };
}

/** Whether everything that the kind needs was typed; what it says is for the service to judge. `kept`: a secret is stored already. */
export function isComplete(draft: CollectorDraft, kind: CollectorKind | undefined, kept: boolean): boolean {
  if (kind === undefined || draft.name.trim() === '') return false;
  const typed = (name: string) => (draft.config[name] ?? '').trim() !== '';
  return (
    kind.fields.every(({ name, required }) => !required || typed(name)) && (kept || kind.secret?.required !== true || draft.secret !== '')
  );
}

/** Members of CreateCollector and UpdateCollector: without what was left empty and what the kind does not know. */
export function collectorInput(draft: CollectorDraft, kind: CollectorKind): Record<string, unknown> {
  const typed = kind.fields.map(({ name }) => [name, (draft.config[name] ?? '').trim()] as const).filter(([, text]) => text !== '');
  return {
    name: draft.name.trim(),
    config: Object.fromEntries(typed),
    ...(kind.secret === undefined || draft.secret === '' ? {} : { secret: draft.secret }),
  };
}
