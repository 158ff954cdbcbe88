import type { ScanFrequency } from '@assay/core/registry.ts';

export interface FrequencyRule {
  readonly pattern: string;
  readonly frequency: ScanFrequency;
}

/** Whether a repository's name fits a pattern: `*` stands for anything within a part, `**` for anything over parts. Linear in both lengths' product. */
export function fitsPattern(pattern: string, repository: string): boolean {
  let reached = new Set([0]);
  for (const piece of pattern.match(/\*+|[^*]/g) ?? []) {
    const next = new Set<number>();
    for (const at of reached) {
      if (!piece.startsWith('*')) {
        if (repository[at] === piece) next.add(at + 1);
        continue;
      }
      for (let end = at; end <= repository.length && !next.has(end); end++) {
        next.add(end);
        if (piece === '*' && repository[end] === '/') break;
      }
    }
    reached = next;
  }
  return reached.has(repository.length);
}

export function isIncluded(include: readonly string[], repository: string): boolean {
  return include.some((pattern) => fitsPattern(pattern, repository));
}

/** Of the first rule that fits; without one, continuous. */
export function frequencyOf(rules: readonly FrequencyRule[], repository: string): ScanFrequency {
  return rules.find(({ pattern }) => fitsPattern(pattern, repository))?.frequency ?? 'CONTINUOUS_SCAN';
}
