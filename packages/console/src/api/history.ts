import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { useQuery } from '@tanstack/react-query';
import { useEnvironment } from '../ui/environment.tsx';

export type HistoryEvent = Wire<assay.FindingHistoryEvent>;

/** The changes of one finding, oldest first, as many as one page of the API holds. */
export function useHistory(findingArn: string) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['history', findingArn],
    queryFn: ({ signal }) =>
      client.ask<{ events: HistoryEvent[]; nextToken?: string }>(
        'assay',
        '/assay/findings/history',
        { findingArn, maxResults: 100 },
        signal,
      ),
  });
}

/** Name and reason of the rule; null where it was deleted or belongs to the administrator. */
export function useRuleName(ruleArn: string | undefined) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['rule-name', ruleArn],
    queryFn: async ({ signal }) => {
      const output = await client.ask<{ filters?: { name: string; reason?: string }[] }>(
        'inspector2',
        '/filters/list',
        { arns: [ruleArn] },
        signal,
      );
      return output.filters?.[0] ?? null;
    },
    enabled: ruleArn !== undefined,
  });
}
