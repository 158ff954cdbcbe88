/** Every field that ListFindings can sort by, as in the model's SortField. */
export const SORT_FIELDS = [
  'AWS_ACCOUNT_ID',
  'COMPONENT_TYPE',
  'ECR_IMAGE_PUSHED_AT',
  'ECR_IMAGE_REGISTRY',
  'ECR_IMAGE_REPOSITORY_NAME',
  'EPSS_SCORE',
  'FINDING_STATUS',
  'FINDING_TYPE',
  'FIRST_OBSERVED_AT',
  'INSPECTOR_SCORE',
  'LAST_OBSERVED_AT',
  'NETWORK_PROTOCOL',
  'RESOURCE_TYPE',
  'SEVERITY',
  'VENDOR_SEVERITY',
  'VULNERABILITY_ID',
  'VULNERABILITY_SOURCE',
] as const;
/** What only the extension's SearchFindings sorts by. FIX_FIRST has one direction, and lists open findings about packages alone. */
export const USE_SORTS = ['FIX_FIRST', 'IN_USE_COUNT', 'LAST_IN_USE_AT'] as const;
/** What TitleAggregation sorts by; the address bar uses one name space for both views. */
export const GROUP_SORTS = ['ALL', 'CRITICAL', 'HIGH'] as const;

export type UseSort = (typeof USE_SORTS)[number];
export type ListSort = (typeof SORT_FIELDS)[number] | UseSort;
export type GroupSort = (typeof GROUP_SORTS)[number];
export type SortKey = ListSort | GroupSort;

export function isListSort(text: string): text is ListSort {
  return (SORT_FIELDS as readonly string[]).includes(text) || isUseSort(text);
}
export function isUseSort(text: string): text is UseSort {
  return (USE_SORTS as readonly string[]).includes(text);
}
export function isGroupSort(text: string): text is GroupSort {
  return (GROUP_SORTS as readonly string[]).includes(text);
}
export function isSortField(text: string): text is SortKey {
  return isListSort(text) || isGroupSort(text);
}
