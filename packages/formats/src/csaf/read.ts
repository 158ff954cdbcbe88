import { asArray, asObject, asText, type Members } from '../sbom/json.ts';
import {
  dateOf,
  JUSTIFICATIONS,
  productOf,
  type VexDocument,
  type VexProduct,
  type VexStatement,
  type VexStatus,
} from '../vex/document.ts';

const STATUS_LISTS: readonly (readonly [list: string, status: VexStatus])[] = [
  ['known_not_affected', 'not_affected'],
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['known_affected', 'affected'],
  ['last_affected', 'affected'],
  ['first_affected', 'affected'],
  ['under_investigation', 'under_investigation'],
];
const MAX_TREE = 500_000;

/** CSAF 2.0 and 2.1 (https://docs.oasis-open.org/csaf/csaf/v2.0/), profile VEX or any other that states product statuses. */
export function readCsaf(document: Members): VexDocument {
  const head = asObject(document['document']);
  const tracking = asObject(head['tracking']);
  const publisher = asObject(head['publisher']);
  const tree = readTree(asObject(document['product_tree']));
  return {
    format: 'CSAF',
    id: [asText(publisher['namespace']), asText(tracking['id'])].filter((part) => part !== '').join(' '),
    version: asText(tracking['version']),
    author: asText(publisher['name']),
    issuedAt: dateOf(asText(tracking['current_release_date'])),
    statements: asArray(document['vulnerabilities']).flatMap((one) => readVulnerability(asObject(one), tree)),
  };
}

function readVulnerability(one: Members, tree: ReadonlyMap<string, VexProduct>): VexStatement[] {
  const ids = asArray(one['ids']).map((id) => asText(asObject(id)['text']));
  const [vulnerability = '', ...aliases] = [asText(one['cve']), ...ids].filter((id) => id !== '');
  if (vulnerability === '') return [];
  const justified = byProduct(one['flags'], tree, (flag) => JUSTIFICATIONS.find((known) => known === flag['label']));
  const explained = byProduct(one['threats'], tree, (threat) =>
    threat['category'] === 'impact' ? asText(threat['details']) || undefined : undefined,
  );
  const states = asObject(one['product_status']);
  return STATUS_LISTS.flatMap(([list, status]) => {
    const groups = new Map<string, { justification: string | undefined; detail: string | undefined; products: VexProduct[] }>();
    for (const id of asArray(states[list]).map(asText)) {
      const [justification, detail] = [justified.get(id), explained.get(id)];
      const key = JSON.stringify([justification, detail]);
      const group = groups.get(key) ?? { justification, detail, products: [] };
      group.products.push(tree.get(id) ?? { id });
      groups.set(key, group);
    }
    return [...groups.values()].map(({ justification, detail, products }) => ({
      ...{ vulnerability, aliases, status, products },
      ...(justification === undefined ? {} : { justification }),
      ...(detail === undefined ? {} : { detail }),
    }));
  });
}

/** What a list of notes says of each product; one without products is about all. */
function byProduct(list: unknown, tree: ReadonlyMap<string, VexProduct>, say: (note: Members) => string | undefined): Map<string, string> {
  const said = new Map<string, string>();
  for (const note of asArray(list).map(asObject)) {
    const text = say(note);
    if (text === undefined) continue;
    const named = asArray(note['product_ids']).map(asText);
    for (const id of named.length > 0 || note['group_ids'] !== undefined ? named : tree.keys()) if (!said.has(id)) said.set(id, text);
  }
  return said;
}

/** Products by their id: branches, full names and relationships. The walk is iterative and bounded. */
function readTree(tree: Members): Map<string, VexProduct> {
  const products = new Map<string, VexProduct>();
  const waiting: unknown[] = [...asArray(tree['branches']), ...asArray(tree['full_product_names']).map((product) => ({ product }))];
  for (let n = 0; waiting.length > 0 && n < MAX_TREE; n++) {
    const branch = asObject(waiting.pop());
    for (const nested of asArray(branch['branches'])) waiting.push(nested);
    const product = asObject(branch['product']);
    const id = asText(product['product_id']);
    if (id !== '') products.set(id, productOf(id, purlOf(asObject(product['product_identification_helper']))));
  }
  for (const one of asArray(tree['relationships']).map(asObject)) {
    const id = asText(asObject(one['full_product_name'])['product_id']);
    const part = products.get(asText(one['product_reference']));
    const whole = products.get(asText(one['relates_to_product_reference']));
    const own = productOf(id, purlOf(asObject(asObject(one['full_product_name'])['product_identification_helper'])));
    if (id === '' || products.has(id)) continue;
    const image = own.image ?? part?.image ?? whole?.image;
    const purl = own.purl ?? part?.purl;
    products.set(id, { id, ...(purl === undefined ? {} : { purl }), ...(image === undefined ? {} : { image }) });
  }
  return products;
}

/** 2.1 has several purls for one product; they name the same thing. */
function purlOf(helper: Members): string {
  return asText(helper['purl']) || asText(asArray(helper['purls'])[0]);
}
