import { AssayError } from '@assay/core/errors.ts';
import { readCycloneDx } from '../cyclonedx/read.ts';
import { readSpdx } from '../spdx/read.ts';
import type { SbomContents, SbomContext } from './contents.ts';
import { asObject, asText, hasTooManyNodes, type Members } from './json.ts';

export const MAX_SBOM_BYTES = 100 * 1024 * 1024;

/**
 * Reads a CycloneDX or SPDX document from its bytes. AssayErrors: `sbom-too-large`, `sbom-unreadable` (not JSON, or neither format),
 * `sbom-unsupported` (XML, tag-value, SPDX 3). Components that cannot be matched are gaps of the contents.
 */
export function readSbom(bytes: Buffer, ctx: SbomContext): SbomContents {
  if (bytes.length > MAX_SBOM_BYTES) throw new AssayError('sbom-too-large', 'The SBOM is larger than 100 MB; split it.');
  if (hasTooManyNodes(bytes)) throw new AssayError('sbom-too-large', 'The SBOM has more than four million objects and lists; split it.');
  const document = unwrap(parse(bytes));
  if (document['bomFormat'] === 'CycloneDX' || /^1\.\d$/.test(asText(document['specVersion']))) return readCycloneDx(document, ctx);
  if (/^SPDX-2\.\d+$/.test(asText(document['spdxVersion']))) return readSpdx(document, ctx);
  if (asText(document['@context']).includes('spdx')) {
    throw new AssayError('sbom-unsupported', 'The SBOM is SPDX 3; write it as SPDX 2.3 or CycloneDX JSON.');
  }
  throw new AssayError(
    'sbom-unreadable',
    'The file is JSON, but neither a CycloneDX nor an SPDX document; name an SBOM, an image or a directory.',
  );
}

function parse(bytes: Buffer): Members {
  const text = withoutMark(bytes.toString('utf8'));
  if (/^\s*</.test(text.slice(0, 256))) throw new AssayError('sbom-unsupported', 'The SBOM is XML; write it as CycloneDX or SPDX JSON.');
  if (/^\s*SPDXVersion:/.test(text.slice(0, 256)))
    throw new AssayError('sbom-unsupported', 'The SBOM is SPDX tag-value; write it as SPDX JSON.');
  try {
    return asObject(JSON.parse(text));
  } catch (cause) {
    throw new AssayError('sbom-unreadable', 'The SBOM is not valid JSON; it may be cut or not be an SBOM at all.', { cause });
  }
}

/** GitHub's dependency graph and Inspector's scan answers put the document below `sbom`. */
function unwrap(document: Members): Members {
  const inner = asObject(document['sbom']);
  return Object.keys(inner).length > 0 ? inner : document;
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
