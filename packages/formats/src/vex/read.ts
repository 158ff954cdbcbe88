import { AssayError } from '@assay/core/errors.ts';
import { readCsaf } from '../csaf/read.ts';
import { readCycloneDxVex } from '../cyclonedx/read-vex.ts';
import { readOpenVex } from '../openvex/read.ts';
import { asObject, asText, hasTooManyNodes } from '../sbom/json.ts';
import { MAX_PRODUCTS, MAX_STATEMENTS, MAX_VEX_BYTES, type VexDocument } from './document.ts';

/** Reads an OpenVEX, CSAF or CycloneDX document. AssayErrors: `vex-too-large`, `vex-unreadable`. */
export function readVex(bytes: Buffer): VexDocument {
  if (bytes.length > MAX_VEX_BYTES || hasTooManyNodes(bytes)) throw tooLarge();
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new AssayError('vex-unreadable', 'The VEX document is not valid JSON; it may be cut.', { cause });
  }
  const document = read(asObject(parsed));
  const products = document.statements.reduce((sum, statement) => sum + statement.products.length, 0);
  if (document.statements.length > MAX_STATEMENTS || products > MAX_PRODUCTS) throw tooLarge();
  if (document.id === '')
    throw new AssayError('vex-unreadable', 'The VEX document has no identifier, so that no later version could replace it.');
  return document;
}

function read(document: Readonly<Record<string, unknown>>): VexDocument {
  if (asText(document['@context']).includes('openvex')) return readOpenVex(document);
  if (asText(asObject(document['document'])['csaf_version']) !== '') return readCsaf(document);
  if (document['bomFormat'] === 'CycloneDX') return readCycloneDxVex(document);
  throw new AssayError('vex-unreadable', 'The file is JSON, but neither OpenVEX nor CSAF nor a CycloneDX document.');
}

function tooLarge(): AssayError {
  return new AssayError(
    'vex-too-large',
    `The VEX document is larger than 16 MB, ${MAX_STATEMENTS} statements or ${MAX_PRODUCTS} products; split it.`,
  );
}
