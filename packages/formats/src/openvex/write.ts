import { imagePurl, type VexDocument, type VexProduct } from '../vex/document.ts';

/** OpenVEX 0.2.0. Products that have neither purl nor image are left out. */
export function writeOpenVex(document: VexDocument): string {
  const timestamp = (document.issuedAt ?? new Date(0)).toISOString();
  const statements = document.statements.map((one) => ({
    vulnerability: { name: one.vulnerability, ...(one.aliases.length === 0 ? {} : { aliases: [...new Set(one.aliases)] }) },
    products: one.products.flatMap(writeProduct),
    status: one.status,
    ...(one.justification === undefined ? {} : { justification: one.justification }),
    ...(one.status === 'affected'
      ? { action_statement: one.detail ?? '' }
      : one.detail === undefined
        ? {}
        : { impact_statement: one.detail }),
  }));
  const head = { '@context': 'https://openvex.dev/ns/v0.2.0', '@id': document.id, author: document.author, timestamp };
  return JSON.stringify({ ...head, version: Number(document.version) || 1, statements });
}

function writeProduct({ purl, image }: VexProduct): object[] {
  const part = purl === undefined ? [] : [{ '@id': purl, identifiers: { purl } }];
  if (image === undefined) return part;
  const whole = imagePurl(image);
  return [{ '@id': whole, identifiers: { purl: whole }, ...(part.length === 0 ? {} : { subcomponents: part }) }];
}
