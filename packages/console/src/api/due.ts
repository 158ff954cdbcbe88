import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEnvironment } from '../ui/environment.tsx';

export type DueState = 'DUE' | 'OVERDUE' | 'BREACHED' | 'MET';
export interface DueFinding {
  findingArn: string;
  accountId: string;
  state: DueState;
  dueAt: number;
  closedAt?: number;
  /** Name of the rule of the policy that set the date. */
  rule: string;
  owner?: string;
  severity: string;
  firstObservedAt: number;
  vulnerabilityId: string;
  title?: string;
  resourceArn: string;
}
export interface OwnerDates {
  /** Absent for findings that nobody owns. */
  owner?: string;
  due: number;
  overdue: number;
  breached: number;
  met: number;
  oldestOverdueAt?: number;
}
export interface DueRule {
  name: string;
  severities?: string[];
  exploited?: boolean;
  inUse?: boolean;
  exposures?: string[];
  tagKey?: string;
  tagValue?: string;
  days?: number;
}
export interface OwnerRule {
  owner?: string;
  repository?: string;
  tagKey?: string;
  tagValue?: string;
}
export interface DuePolicy {
  rules: DueRule[];
  owners: OwnerRule[];
  updatedAt?: number;
  updatedBy?: string;
}
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
