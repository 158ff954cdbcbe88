import { asArray, asObject, asText, type Members } from '../sbom/json.ts';
import { dateOf, JUSTIFICATIONS, productOf, VEX_STATUSES, type VexDocument, type VexProduct, type VexStatement } from '../vex/document.ts';

/** OpenVEX 0.0.1 to 0.2.0 (https://github.com/openvex/spec). */
export function readOpenVex(document: Members): VexDocument {
  const inherited = document['products'];
  return {
    format: 'OPENVEX',
    id: asText(document['@id']),
    version: typeof document['version'] === 'number' ? String(document['version']) : asText(document['version']),
    author: asText(document['author']),
    issuedAt: dateOf(asText(document['last_updated']) || asText(document['timestamp'])),
    statements: asArray(document['statements']).flatMap((one) => readStatement(asObject(one), inherited)),
  };
}

function readStatement(one: Members, inherited: unknown): VexStatement[] {
  const named = one['vulnerability'];
  // 0.0.x has a text in place of the object.
  const vulnerability = typeof named === 'string' ? named : asText(asObject(named)['name']);
  const status = VEX_STATUSES.find((known) => known === one['status']);
  if (vulnerability === '' || status === undefined) return [];
  const justification = JUSTIFICATIONS.find((known) => known === one['justification']);
  const detail = asText(one['impact_statement']) || asText(one['action_statement']) || asText(one['status_notes']);
  const aliases = asArray(asObject(named)['aliases'])
    .map(asText)
    .filter((alias) => alias !== '');
  const products = asArray(one['products'] ?? inherited).flatMap(readProduct);
  return [
    {
      ...{ vulnerability, aliases, status, products },
      ...(justification === undefined ? {} : { justification }),
      ...(detail === '' ? {} : { detail }),
    },
  ];
}

function readProduct(value: unknown): VexProduct[] {
  const product = typeof value === 'string' ? productOf(value) : readComponent(asObject(value));
  const parts = asArray(asObject(value)['subcomponents']).map((part) =>
    typeof part === 'string' ? productOf(part) : readComponent(asObject(part)),
  );
  if (parts.length === 0) return [product];
  return parts.map((part) => ({
    ...part,
    id: `${product.id} ${part.id}`.trim(),
    ...(product.image === undefined ? {} : { image: product.image }),
  }));
}

function readComponent(component: Members): VexProduct {
  const id = asText(component['@id']);
  const purl = asText(asObject(component['identifiers'])['purl']) || id;
  const known = productOf(id || purl, purl);
  const digest = asText(asObject(component['hashes'])['sha-256']);
  return known.image === undefined && known.purl === undefined && /^[0-9a-f]{64}$/.test(digest)
    ? { ...known, image: `sha256:${digest}` }
    : known;
}
