import { starterAdvisories, starterEnrichments } from '@assay/snapshot/files.ts';

/** The starter advisory database that ships with Assay. */
export const starter = { advisories: starterAdvisories, enrichments: starterEnrichments } as const;
