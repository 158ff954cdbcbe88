export const FORMATS = ['table', 'json', 'cyclonedx', 'spdx', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];
export const THRESHOLDS = ['critical', 'high', 'medium', 'low', 'any'] as const;
export type Threshold = (typeof THRESHOLDS)[number];
export const SBOM_FORMATS = ['cyclonedx', 'spdx', 'json'] as const;
