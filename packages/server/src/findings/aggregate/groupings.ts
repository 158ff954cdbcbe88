import { FINDING_KIND, FIX_AVAILABLE, RESOURCE_KIND, type ResourceKind } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';

/** Inspector's `AggregationType`. */
export type AggregationType =
  | 'ACCOUNT'
  | 'AMI'
  | 'AWS_ECR_CONTAINER'
  | 'AWS_EC2_INSTANCE'
  | 'AWS_LAMBDA_FUNCTION'
  | 'CODE_REPOSITORY'
  | 'CONTAINER_IMAGE'
  | 'FINDING_TYPE'
  | 'IMAGE_LAYER'
  | 'LAMBDA_LAYER'
  | 'PACKAGE'
  | 'REPOSITORY'
  | 'SERVERLESS_FUNCTION'
  | 'TITLE'
  | 'VM_INSTANCE';

/** What makes a group beside the account, always as (holder, name): the id of a row, and a text. */
export type Grouping =
  /** Of the finding itself. */
  | { readonly of: 'finding'; readonly holder?: string; readonly name?: string }
  /** The finding's package names; one with two versions of a package counts once. */
  | { readonly of: 'package' }
  /** Resources of a kind, or what their column says, where the group also counts resources. */
  | { readonly of: 'resource'; readonly kind: ResourceKind; readonly name?: string }
  /** Layers of a resource that hold a package of the finding. */
  | { readonly of: 'layer'; readonly kind: ResourceKind };

export const GROUPINGS: Readonly<Record<AggregationType, Grouping>> = {
  ACCOUNT: { of: 'finding' },
  FINDING_TYPE: { of: 'finding', name: 'f.kind' },
  TITLE: { of: 'finding', holder: 'f.issue' },
  PACKAGE: { of: 'package' },
  AWS_ECR_CONTAINER: { of: 'resource', kind: 'AWS_ECR_CONTAINER_IMAGE' },
  AWS_EC2_INSTANCE: { of: 'resource', kind: 'AWS_EC2_INSTANCE' },
  AWS_LAMBDA_FUNCTION: { of: 'resource', kind: 'AWS_LAMBDA_FUNCTION' },
  CODE_REPOSITORY: { of: 'resource', kind: 'CODE_REPOSITORY' },
  VM_INSTANCE: { of: 'resource', kind: 'Microsoft.Compute/virtualMachines' },
  CONTAINER_IMAGE: { of: 'resource', kind: 'Microsoft.ContainerRegistry/registry/containerImage' },
  SERVERLESS_FUNCTION: { of: 'resource', kind: 'Microsoft.Web/sites' },
  REPOSITORY: { of: 'resource', kind: 'AWS_ECR_CONTAINER_IMAGE', name: 'r.repository' },
  AMI: { of: 'resource', kind: 'AWS_EC2_INSTANCE', name: `(r.detail->>'ec2InstanceImageId')` },
  IMAGE_LAYER: { of: 'layer', kind: 'AWS_ECR_CONTAINER_IMAGE' },
  LAMBDA_LAYER: { of: 'layer', kind: 'AWS_LAMBDA_FUNCTION' },
};

export type AggregationSort = 'ALL' | 'CRITICAL' | 'HIGH' | 'AFFECTED_IMAGES' | 'AFFECTED_INSTANCES' | 'NETWORK_FINDINGS';

const BY_SEVERITY = ['n_critical', 'n_high', 'n_medium', 'n_low', 'n_all'] as const;
/** Ties are broken by the other counts, so that of two groups without critical findings the one with more high ones comes first. */
export const SORT_COLUMNS = {
  ALL: ['n_all', 'n_critical', 'n_high', 'n_medium', 'n_low'],
  CRITICAL: BY_SEVERITY,
  HIGH: ['n_high', 'n_critical', 'n_medium', 'n_low', 'n_all'],
  AFFECTED_IMAGES: ['n_affected', ...BY_SEVERITY],
  AFFECTED_INSTANCES: ['n_affected', ...BY_SEVERITY],
  NETWORK_FINDINGS: ['n_network', ...BY_SEVERITY],
} as const satisfies Record<AggregationSort, readonly CountColumn[]>;

export const SEVERITY_NAMES = ['critical', 'high', 'medium', 'low', 'informational', 'untriaged'] as const;
export type CountColumn = `n_${'all' | 'fix' | 'exploit' | 'network' | 'affected' | (typeof SEVERITY_NAMES)[number]}`;

/** What each count counts, over rows (severity, fix, kind, issue). */
const COUNTED: readonly (readonly [CountColumn, condition: string])[] = [
  ['n_all', 'true'],
  ...SEVERITY_NAMES.map(
    (name) => [`n_${name}`, `f.severity = ${SEVERITY_CODES[name.toUpperCase() as keyof typeof SEVERITY_CODES]}`] as const,
  ),
  ['n_fix', `f.fix = ${FIX_AVAILABLE.YES}`],
  ['n_exploit', 'f.issue in (select i.id from issue i where i.exploit)'],
  ['n_network', `f.kind = ${FINDING_KIND.NETWORK_REACHABILITY}`],
];

const AVAILABLE: readonly CountColumn[] = ['n_fix', 'n_exploit'];
/** Counts beside those by severity that a type shows; the others stay 0, since each is asked of every finding. */
const SHOWN: Readonly<Partial<Record<AggregationType, readonly CountColumn[]>>> = {
  ACCOUNT: AVAILABLE,
  FINDING_TYPE: AVAILABLE,
  CODE_REPOSITORY: AVAILABLE,
  CONTAINER_IMAGE: AVAILABLE,
  SERVERLESS_FUNCTION: AVAILABLE,
  AWS_EC2_INSTANCE: ['n_network'],
  VM_INSTANCE: [...AVAILABLE, 'n_network'],
};

export const countColumns = (by: AggregationType): string =>
  COUNTED.map(([column, condition]) => {
    const counted = !OPTIONAL.has(column) || SHOWN[by]?.includes(column);
    return `${counted ? `count(*) filter (where ${condition})::int` : '0'} as ${column}`;
  }).join(', ');
export const columnsOf = (table: string): string => COUNTED.map(([column]) => `${table}.${column}`).join(', ');
export const sumsOf = (table: string): string => COUNTED.map(([column]) => `sum(${table}.${column})::int as ${column}`).join(', ');
const OPTIONAL: ReadonlySet<CountColumn> = new Set<CountColumn>(['n_fix', 'n_exploit', 'n_network']);

export const kindCode = (kind: ResourceKind): number => RESOURCE_KIND[kind];
