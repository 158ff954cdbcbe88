import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEnvironment } from '../ui/environment.tsx';

export type DueState = DueFinding['state'];
export type DueFinding = Wire<assay.DueFinding>;
export type OwnerDates = Wire<assay.OwnerDates>;
export type DueRule = Wire<assay.DueRule>;
export type OwnerRule = Wire<assay.OwnerRule>;
export type DuePolicy = Wire<assay.GetDuePolicyResponse>;
export interface ListDueInput {
  states: readonly DueState[];
  owners?: readonly string[];
  maxResults: number;
  nextToken?: string;
}

export function useDueFindings(input: ListDueInput) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['due', input],
    queryFn: ({ signal }) => client.ask<{ findings: DueFinding[]; nextToken?: string }>('assay', '/assay/due/findings/list', input, signal),
    placeholderData: keepPreviousData,
  });
}

export function useOwnerDates() {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['due-owners'],
    queryFn: async ({ signal }) => (await client.ask<{ owners: OwnerDates[] }>('assay', '/assay/due/owners/report', {}, signal)).owners,
  });
}

export function useDuePolicy() {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['due-policy'],
    queryFn: ({ signal }) => client.ask<DuePolicy>('assay', '/assay/due/policy/get', {}, signal),
  });
}
