import { accountDigits } from '../accounts/identity.ts';
import type { ObjectPlace } from '../objects/object-store.ts';
import type { StoredExport } from './export-store.ts';

/** The ARN by which events name an export. */
export function exportArn(region: string, one: Pick<StoredExport, 'account' | 'id'>): string {
  return `arn:aws:assay:${region}:${accountDigits(one.account)}:export/${one.id}`;
}

/** The object of a report, or the folder of the documents of an SBOM export. */
export function placeOf(one: Pick<StoredExport, 'bucket' | 'prefix' | 'kind' | 'format' | 'id'>): ObjectPlace {
  const name = one.kind === 'FINDINGS_REPORT' ? `${one.id}.${one.format.toLowerCase()}.enc` : `${one.format}_outputs_${one.id}`;
  return { bucket: one.bucket, key: one.prefix === '' ? name : `${one.prefix.replace(/\/$/, '')}/${name}` };
}
