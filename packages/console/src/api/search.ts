import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEnvironment } from '../ui/environment.tsx';
import type { Exposure } from './fix-first.ts';
import { usePollInterval } from './queries.ts';
import type { FilterCriteria, Finding, SortField } from './types.ts';

/** A finding of a list; what the extension says beyond Amazon's shape is there only where the order was the extension's. */
export type ListedFinding = Finding & { exposure?: Exposure; knownExploited?: boolean };

/** Sorts that Amazon's ListFindings has no word for. */
export type SearchField = 'FIX_FIRST' | 'IN_USE_COUNT' | 'LAST_IN_USE_AT';

export interface ListedInput {
  filterCriteria: FilterCriteria;
  sortCriteria: { field: SortField | SearchField; sortOrder: 'ASC' | 'DESC' };
  maxResults: number;
  nextToken?: string;
}

export type SearchedFinding = Wire<assay.SearchedFinding>;

/** A page of findings, from whichever of the two operations knows the order. */
export function useListedFindings(input: ListedInput) {
  const { client } = useEnvironment();
  const refetchInterval = usePollInterval();
  return useQuery({
    queryKey: ['findings', input],
    queryFn: async ({ signal }): Promise<{ findings?: ListedFinding[]; nextToken?: string }> => {
      const { sortCriteria, ...rest } = input;
      const { field, sortOrder } = sortCriteria;
      if (field !== 'FIX_FIRST' && field !== 'IN_USE_COUNT' && field !== 'LAST_IN_USE_AT')
        return client.listFindings({ ...rest, sortCriteria: { field, sortOrder } }, signal);
      const path = '/assay/findings/search';
      const page = await client.ask<{ findings: SearchedFinding[]; nextToken?: string }>('assay', path, input, signal);
      return { ...page, findings: page.findings.map(findingOf) };
    },
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}

/** In Amazon's shape, so that one table shows both. */
export function findingOf(one: SearchedFinding): ListedFinding {
  const { title, score, epssScore, repository, registry, lastInUseAt, pushedAt } = one;
  const digest = /sha256:[0-9a-f]{64}$/.exec(one.resourceArn)?.[0];
  const image = {
    ...{ repositoryName: repository, registry, imageHash: digest, imageTags: one.imageTags, inUseCount: one.inUseCount },
    ...(lastInUseAt === undefined ? {} : { lastInUseAt }),
    ...(pushedAt === undefined ? {} : { pushedAt }),
  };
  const resource = {
    ...{ type: one.resourceType, id: one.resourceArn, tags: one.resourceTags },
    ...(repository === undefined ? {} : { details: { awsEcrContainerImage: image } }),
  };
  return {
    ...{ findingArn: one.findingArn, awsAccountId: one.accountId, type: one.type, severity: one.severity, status: one.status },
    ...(title === undefined ? {} : { title }),
    ...(score === undefined ? {} : { inspectorScore: score }),
    ...(epssScore === undefined ? {} : { epss: { score: epssScore } }),
    ...{ exploitAvailable: one.exploitAvailable ? 'YES' : 'NO', fixAvailable: one.fixAvailable, resources: [resource] },
    packageVulnerabilityDetails: {
      ...{ vulnerabilityId: one.vulnerabilityId, source: one.vulnerabilitySource, vulnerablePackages: one.packages },
      ...(one.vendorSeverity === 'UNTRIAGED' ? {} : { vendorSeverity: one.vendorSeverity }),
    },
    ...{ firstObservedAt: one.firstObservedAt, lastObservedAt: one.lastObservedAt },
    ...{ exposure: one.exposure, knownExploited: one.knownExploited },
  } as ListedFinding;
}
