import type { PackageExplanation } from '../../../api/assay-types.ts';

/** One chain of reasons, for all installed packages that share it: a source package has many. */
export interface Reasoning {
  readonly key: string;
  readonly via: 'package' | 'source';
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly installed: readonly string[];
  readonly explanation: PackageExplanation;
}

/** What the advisory database was asked and answered. A distribution files its advisories under the source package. */
export function reasonings(explanations: readonly PackageExplanation[]): Reasoning[] {
  const chains = new Map<string, { first: PackageExplanation; bySource: boolean; installed: Set<string> }>();
  for (const explanation of explanations) {
    const name = explanation.sourceName ?? explanation.name;
    const version = explanation.sourceVersion ?? explanation.version;
    const key = [
      explanation.namespace,
      name,
      version,
      explanation.advisory.id,
      explanation.advisory.feed,
      explanation.rule,
      explanation.range,
    ].join('\n');
    const chain = chains.get(key) ?? { first: explanation, bySource: false, installed: new Set<string>() };
    chain.installed.add(explanation.name);
    chain.bySource ||= explanation.name !== name;
    chains.set(key, chain);
  }
  return [...chains].map(([key, { first, bySource, installed }]) => ({
    key,
    via: bySource ? 'source' : 'package',
    namespace: first.namespace ?? '',
    name: bySource ? (first.sourceName ?? first.name) : first.name,
    version: bySource ? (first.sourceVersion ?? first.version) : first.version,
    installed: [...installed],
    explanation: first,
  }));
}
