import type { PackageExplanation } from '../../../api/assay-types.ts';

export interface Search {
  readonly via: 'package' | 'source';
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

/** What the advisory database was asked. A distribution files its advisories under the source package. */
export function searchOf(explanation: PackageExplanation): Search {
  const source = explanation.sourceName ?? '';
  const bySource = source !== '' && source !== explanation.name && /source/i.test(explanation.searchedBy);
  return {
    via: bySource ? 'source' : 'package',
    namespace: explanation.namespace ?? '',
    name: bySource ? source : explanation.name,
    version: bySource ? (explanation.sourceVersion ?? explanation.version) : explanation.version,
  };
}
