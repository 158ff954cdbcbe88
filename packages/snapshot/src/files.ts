import { fileURLToPath } from 'node:url';

/** Absolute paths of the shipped data: plain files, opened where they lie. */
function shipped(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** The starter advisory database. */
export const starterAdvisories: string = shipped('data/advisories.db');
/** The starter enrichment database. */
export const starterEnrichments: string = shipped('data/enrichments.db');
/** Where the two came from: sources, licences, counts, dates (JSON). */
export const starterProvenance: string = shipped('data/provenance.json');
/** `dpkg` status of the sample root, gzip. */
export const sampleStatus: string = shipped('sample/status.gz');
export const sampleOsRelease: string = shipped('sample/os-release');
export const sampleProvenance: string = shipped('sample/provenance.json');
