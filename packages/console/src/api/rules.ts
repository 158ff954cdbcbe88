import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEnvironment } from '../ui/environment.tsx';
import type { Client } from './client.ts';
import type { FilterCriteria } from './types.ts';

export type RuleState = SuppressionRule['state'];
export type VexFormat = VexImport['format'];

export type SuppressionRule = Wire<assay.SuppressionRule>;
export type RulePreview = Wire<assay.PreviewSuppressionRuleResponse>;
export type RuleChange = Wire<assay.RuleChange>;
export interface ListRulesInput {
  state?: RuleState;
  onlyStale?: boolean;
  maxResults?: number;
  nextToken?: string;
}
export interface RuleWish {
  name: string;
  filterCriteria?: FilterCriteria;
  reason?: string;
  owner?: string;
  expiresAt?: number;
  neverExpires?: boolean;
}
export type VexImport = Wire<assay.ImportVexResponse>;

export function useRules(input: ListRulesInput) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['rules', input],
    queryFn: ({ signal }) =>
      client.ask<{ rules: SuppressionRule[]; nextToken?: string }>('assay', '/assay/suppression-rules/list', input, signal),
    placeholderData: keepPreviousData,
    // A large rule is written by a job; its number grows meanwhile.
    refetchInterval: ({ state }) => (state.data?.rules.some((rule) => !rule.applied) === true ? 3_000 : false),
  });
}

/** What a rule on these criteria would hide now; asks nothing without criteria. */
export function usePreview(filterCriteria: FilterCriteria) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['rule-preview', filterCriteria],
    queryFn: ({ signal }) => client.ask<RulePreview>('assay', '/assay/suppression-rules/preview', { filterCriteria }, signal),
    enabled: Object.keys(filterCriteria).length > 0,
  });
}

export function useRuleChanges(filterArn: string) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['rule-changes', filterArn],
    queryFn: ({ signal }) =>
      client.ask<{ changes: RuleChange[]; nextToken?: string }>('assay', '/assay/suppression-rules/changes/list', { filterArn }, signal),
  });
}

export function useApprovalRequired() {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['suppression-settings'],
    queryFn: ({ signal }) => client.ask<{ approvalRequired: boolean }>('assay', '/assay/suppression-settings/get', {}, signal),
  });
}

/** The changes that a person can make to rules. */
export function ruleChanges(client: Client) {
  return {
    create: (wish: RuleWish) => client.ask<{ state: RuleState }>('assay', '/assay/suppression-rules/create', wish),
    update: (filterArn: string, wish: RuleWish) => client.ask('assay', '/assay/suppression-rules/update', { filterArn, ...wish }),
    approve: (filterArn: string) => client.ask('assay', '/assay/suppression-rules/approve', { filterArn }),
    remove: (arn: string) => client.ask('inspector2', '/filters/delete', { arn }),
    requireApproval: (approvalRequired: boolean) => client.ask('assay', '/assay/suppression-settings/update', { approvalRequired }),
    importVex: (document: string) => client.ask<VexImport>('assay', '/assay/vex/import', { document }),
    exportVex: (format: VexFormat) => client.ask<{ document: string; statements: number }>('assay', '/assay/vex/export', { format }),
  };
}
