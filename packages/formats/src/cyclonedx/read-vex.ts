import { asArray, asObject, asText, type Members } from '../sbom/json.ts';
import { dateOf, productOf, type VexDocument, type VexProduct, type VexStatement, type VexStatus } from '../vex/document.ts';

/** `resolved` is said of what was repaired; a false positive is not affected. */
const STATES: Readonly<Record<string, VexStatus>> = {
  not_affected: 'not_affected',
  false_positive: 'not_affected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
};
/** CycloneDX's justifications in the shared words. */
export const CYCLONEDX_JUSTIFICATIONS: Readonly<Record<string, string>> = {
  code_not_present: 'vulnerable_code_not_present',
  code_not_reachable: 'vulnerable_code_not_in_execute_path',
  requires_configuration: 'vulnerable_code_cannot_be_controlled_by_adversary',
  requires_dependency: 'component_not_present',
  requires_environment: 'vulnerable_code_cannot_be_controlled_by_adversary',
  protected_by_compiler: 'inline_mitigations_already_exist',
  protected_at_runtime: 'inline_mitigations_already_exist',
  protected_at_perimeter: 'inline_mitigations_already_exist',
  protected_by_mitigating_control: 'inline_mitigations_already_exist',
};
const MAX_COMPONENTS = 500_000;

/** The vulnerabilities of a CycloneDX 1.4 or newer document that carry an analysis, alone or beside its components. */
export function readCycloneDxVex(document: Members): VexDocument {
  const metadata = asObject(document['metadata']);
  const root = asObject(metadata['component']);
  const image = productOf('', asText(root['purl'])).image;
  const components = componentsOf(document, image);
  const version = document['version'];
  const authors = [...asArray(metadata['authors']), metadata['supplier'], metadata['manufacturer']].map((one) =>
    asText(asObject(one)['name']),
  );
  return {
    format: 'CYCLONEDX',
    id: asText(document['serialNumber']),
    version: typeof version === 'number' ? String(version) : '1',
    author: authors.find((name) => name !== '') ?? '',
    issuedAt: dateOf(asText(metadata['timestamp'])),
    statements: asArray(document['vulnerabilities']).flatMap((one) => readVulnerability(asObject(one), components)),
  };
}

function readVulnerability(one: Members, components: ReadonlyMap<string, VexProduct>): VexStatement[] {
  const analysis = asObject(one['analysis']);
  const status = STATES[asText(analysis['state'])];
  const vulnerability = asText(one['id']);
  if (status === undefined || vulnerability === '') return [];
  const justification = CYCLONEDX_JUSTIFICATIONS[asText(analysis['justification'])];
  const detail = asText(analysis['detail']);
  const aliases = asArray(one['references'])
    .map((reference) => asText(asObject(reference)['id']))
    .filter((id) => id !== '' && id !== vulnerability);
  const products = asArray(one['affects']).map((affected) => {
    const ref = asText(asObject(affected)['ref']);
    // A BOM-Link names a component of another document after the hash.
    const local = ref.startsWith('urn:cdx:') ? decode(ref.slice(ref.indexOf('#') + 1)) : ref;
    return components.get(ref) ?? components.get(local) ?? productOf(ref, local);
  });
  return [
    {
      ...{ vulnerability, aliases, status, products },
      ...(justification === undefined ? {} : { justification }),
      ...(detail === '' ? {} : { detail }),
    },
  ];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** By `bom-ref`; what is inside of an image is meant there. */
function componentsOf(document: Members, image: string | undefined): Map<string, VexProduct> {
  const found = new Map<string, VexProduct>();
  const root = asObject(asObject(document['metadata'])['component']);
  const waiting: (readonly [component: unknown, image: string | undefined])[] = [
    [root, image],
    ...asArray(document['components']).map((one) => [one, image] as const),
  ];
  for (let n = 0; waiting.length > 0 && n < MAX_COMPONENTS; n++) {
    const [value, within] = waiting.pop()!;
    const component = asObject(value);
    const ref = asText(component['bom-ref']);
    const product = productOf(ref, asText(component['purl']) || ref);
    const inside = product.image ?? within;
    for (const nested of asArray(component['components'])) waiting.push([nested, inside]);
    if (ref !== '') found.set(ref, inside === undefined ? product : { ...product, image: inside });
  }
  return found;
}
