import { createHash } from 'node:crypto';
import type { Subject } from '@assay/core/inventory.ts';
import type { ScanResult } from '@assay/core/scan-result.ts';

/** What an SBOM is written from: a scan result, with or without its findings. */
export type BomInput = Pick<ScanResult, 'tool' | 'createdAt' | 'subject' | 'distro' | 'packages' | 'gaps'> & {
  readonly findings?: ScanResult['findings'];
  /** Further facts about the subject. */
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
};

/** A UUID (RFC 9562 version 8) that stands for the content: the same scan gives the same document. */
export function contentUuid(input: BomInput): string {
  const hash = createHash('sha256').update(JSON.stringify([input.createdAt, input.subject, input.packages.map((item) => item.purl)]));
  const hex = hash.digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Version of the thing described, where it has one: the digest of an image or SBOM. */
export function subjectVersion(subject: Subject): string | undefined {
  return subject.kind === 'image' || subject.kind === 'sbom' ? subject.digest : undefined;
}
