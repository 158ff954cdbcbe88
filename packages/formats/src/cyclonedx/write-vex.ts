import { imagePurl, type VexDocument, type VexProduct, type VexStatus } from '../vex/document.ts';
import { CYCLONEDX_JUSTIFICATIONS } from './read-vex.ts';

const STATES: Readonly<Record<VexStatus, string>> = {
  not_affected: 'not_affected',
  fixed: 'resolved',
  affected: 'exploitable',
  under_investigation: 'in_triage',
};

/** CycloneDX 1.6 with vulnerabilities and what they affect. A package in an image is a component inside of the image's. */
export function writeCycloneDxVex(document: VexDocument): string {
  const images = new Map<string, Set<string>>();
  const packages = new Set<string>();
  for (const { purl, image } of document.statements.flatMap((one) => one.products)) {
    if (image === undefined) {
      if (purl !== undefined) packages.add(purl);
    } else images.set(image, (images.get(image) ?? new Set()).add(purl ?? ''));
  }
  const component = (purl: string, ref: string): object => ({ type: 'library', 'bom-ref': ref, name: purl, purl });
  const components = [
    ...[...packages].map((purl) => component(purl, purl)),
    ...[...images].map(([image, inside]) => ({
      ...{ type: 'container', 'bom-ref': imagePurl(image), name: image, purl: imagePurl(image) },
      components: [...inside].filter((purl) => purl !== '').map((purl) => component(purl, `${image} ${purl}`)),
    })),
  ];
  const timestamp = (document.issuedAt ?? new Date(0)).toISOString();
  return JSON.stringify({
    ...{ bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: document.id, version: Number(document.version) || 1 },
    metadata: { timestamp, authors: [{ name: document.author }] },
    components,
    vulnerabilities: document.statements.map((one) => ({
      id: one.vulnerability,
      ...(one.aliases.length === 0 ? {} : { references: one.aliases.map((id) => ({ id, source: { name: id.split('-')[0] } })) }),
      analysis: {
        state: STATES[one.status],
        ...justificationOf(one.justification),
        ...(one.detail === undefined ? {} : { detail: one.detail }),
      },
      affects: one.products.flatMap((product) => refOf(product)).map((ref) => ({ ref })),
    })),
  });
}

function refOf({ purl, image }: VexProduct): string[] {
  if (image === undefined) return purl === undefined ? [] : [purl];
  return [purl === undefined ? imagePurl(image) : `${image} ${purl}`];
}

/** The first of CycloneDX's words for it. */
function justificationOf(shared: string | undefined): { justification?: string } {
  const own = Object.entries(CYCLONEDX_JUSTIFICATIONS).find(([, word]) => word === shared)?.[0];
  return own === undefined ? {} : { justification: own };
}
