import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEnvironment } from '../ui/environment.tsx';
import type { Role, ServiceStatus } from './assay-types.ts';
import type { CoverageFilterCriteria, ListCoverageInput, ListFindingsInput, ListTitlesInput } from './types.ts';

const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];
const BUSY_POLL = 3_000;
const QUIET_POLL = 60_000;

/** Whether what is shown may change within seconds: a first look or an evaluation runs, or jobs wait. */
export function isBusy(status: ServiceStatus | undefined): boolean {
  if (status === undefined) return false;
  const evaluation = status.evaluation?.state;
  return (
    evaluation === 'RUNNING' ||
    evaluation === 'PENDING' ||
    status.counts.queuedJobs > 0 ||
    status.firstLooks.some((look) => look.state === 'RUNNING' || look.state === 'PENDING')
  );
}

export function useServiceStatus() {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => client.serviceStatus(signal),
    refetchInterval: (query) => (isBusy(query.state.data) ? BUSY_POLL : QUIET_POLL),
  });
}

/** Whether the person may do what asks for a role; false until the service has said which one they have. */
export function useMay(role: Role): boolean {
  const own = useServiceStatus().data?.role;
  return own !== undefined && ROLES.indexOf(own) >= ROLES.indexOf(role);
}

/** How often lists are asked again: often while the service works, else not. */
export function usePollInterval(): number | false {
  return isBusy(useServiceStatus().data) ? BUSY_POLL : false;
}

export function useFindings(input: ListFindingsInput, enabled = true) {
  const { client } = useEnvironment();
  const refetchInterval = usePollInterval();
  return useQuery({
    queryKey: ['findings', input],
    queryFn: ({ signal }) => client.listFindings(input, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
    enabled,
  });
}

/** One finding by its ARN, for a link into a panel whose row is not on the page. */
export function useFinding(findingArn: string | null) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['finding', findingArn],
    queryFn: async ({ signal }) => {
      const filterCriteria = { findingArn: [{ comparison: 'EQUALS' as const, value: findingArn ?? '' }] };
      const output = await client.listFindings({ filterCriteria, maxResults: 1 }, signal);
      return output.findings?.[0] ?? null;
    },
    enabled: findingArn !== null,
  });
}

export function useTitles(input: ListTitlesInput, enabled: boolean) {
  const { client } = useEnvironment();
  const refetchInterval = usePollInterval();
  return useQuery({
    queryKey: ['titles', input],
    queryFn: ({ signal }) => client.listTitles(input, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
    enabled,
  });
}

export function useAccountCounts() {
  const { client } = useEnvironment();
  const refetchInterval = usePollInterval();
  return useQuery({ queryKey: ['counts'], queryFn: ({ signal }) => client.countAccounts(signal), refetchInterval });
}

export function useFindingDetail(findingArn: string) {
  const { client } = useEnvironment();
  return useQuery({
    queryKey: ['detail', findingArn],
    queryFn: async ({ signal }) => (await client.findingDetails(findingArn, signal)) ?? null,
  });
}

export function useExplanation(findingArn: string) {
  const { client } = useEnvironment();
  return useQuery({ queryKey: ['explanation', findingArn], queryFn: ({ signal }) => client.explainFinding(findingArn, signal) });
}

export function useCoverage(input: ListCoverageInput) {
  const { client } = useEnvironment();
  const refetchInterval = usePollInterval();
  return useQuery({
    queryKey: ['coverage', input],
    queryFn: ({ signal }) => client.listCoverage(input, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}

export function useCoverageCount(filterCriteria: CoverageFilterCriteria) {
  const { client } = useEnvironment();
  const refetchInterval = usePollInterval();
  return useQuery({
    queryKey: ['coverage-count', filterCriteria],
    queryFn: ({ signal }) => client.countCoverage(filterCriteria, signal),
    refetchInterval,
  });
}
