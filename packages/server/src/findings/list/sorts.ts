import type { Place } from './fields.ts';

/** Inspector's `SortField`, and what its list has no word for. */
export type SortField =
  | 'AWS_ACCOUNT_ID'
  | 'FINDING_TYPE'
  | 'SEVERITY'
  | 'FIRST_OBSERVED_AT'
  | 'LAST_OBSERVED_AT'
  | 'FINDING_STATUS'
  | 'RESOURCE_TYPE'
  | 'ECR_IMAGE_PUSHED_AT'
  | 'ECR_IMAGE_REPOSITORY_NAME'
  | 'ECR_IMAGE_REGISTRY'
  | 'NETWORK_PROTOCOL'
  | 'COMPONENT_TYPE'
  | 'VULNERABILITY_ID'
  | 'VULNERABILITY_SOURCE'
  | 'INSPECTOR_SCORE'
  | 'VENDOR_SEVERITY'
  | 'EPSS_SCORE'
  | 'IN_USE_COUNT'
  | 'LAST_IN_USE_AT';

export interface Sort {
  /** Absent: only the finding's id orders. */
  readonly key?: { readonly at: Place; readonly column: string; readonly cast: string; readonly nullable: boolean };
}

const key = (at: Place, column: string, cast: string, nullable = false): Sort => ({
  key: { at, column: `${at}.${column}`, cast, nullable },
});

/**
 * Ties are broken by the id of the row that holds the key, then by the finding's id, in the same direction; rows without the key
 * (a host has no repository) come last in both directions. Every key has an index (key, id), so a page is a walk.
 */
export const SORTS: Readonly<Record<SortField, Sort>> = {
  AWS_ACCOUNT_ID: key('f', 'account', 'bigint'),
  FINDING_TYPE: key('f', 'kind', 'smallint'),
  SEVERITY: key('f', 'severity', 'smallint'),
  FIRST_OBSERVED_AT: key('f', 'first_at', 'timestamptz'),
  LAST_OBSERVED_AT: key('f', 'last_at', 'timestamptz'),
  FINDING_STATUS: key('f', 'status', 'smallint'),
  RESOURCE_TYPE: key('r', 'kind', 'smallint'),
  ECR_IMAGE_PUSHED_AT: key('r', 'pushed_at', 'timestamptz', true),
  ECR_IMAGE_REPOSITORY_NAME: key('r', 'repository', 'text', true),
  ECR_IMAGE_REGISTRY: key('r', 'registry', 'text', true),
  // Only network findings have a protocol or components, and nothing makes these yet: all rows tie.
  NETWORK_PROTOCOL: {},
  COMPONENT_TYPE: {},
  VULNERABILITY_ID: key('i', 'name', 'text'),
  VULNERABILITY_SOURCE: key('i', 'source', 'text'),
  INSPECTOR_SCORE: key('f', 'score', 'real'),
  VENDOR_SEVERITY: key('i', 'vendor_severity', 'smallint'),
  EPSS_SCORE: key('i', 'epss', 'real'),
  IN_USE_COUNT: key('r', 'in_use_count', 'int'),
  LAST_IN_USE_AT: key('r', 'last_in_use_at', 'timestamptz', true),
};

/** The last row of a page: where the next one begins. `key` is the key's text, null when absent. */
export interface Position {
  readonly key: string | null;
  /** Id of the row that holds the key (resource or issue); the finding's own id when the finding holds it. */
  readonly holder: number;
  readonly id: number;
}
