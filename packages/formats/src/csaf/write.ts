import { imagePurl, JUSTIFICATIONS, type VexDocument, type VexProduct, type VexStatement, type VexStatus } from '../vex/document.ts';

const LISTS: Readonly<Record<VexStatus, string>> = {
  not_affected: 'known_not_affected',
  fixed: 'fixed',
  affected: 'known_affected',
  under_investigation: 'under_investigation',
};

/** CSAF 2.0, profile VEX. */
export function writeCsaf(document: VexDocument): string {
  const at = (document.issuedAt ?? new Date(0)).toISOString();
  const known = new Map<string, { readonly id: string; readonly product: VexProduct }>();
  for (const product of document.statements.flatMap((one) => one.products)) {
    const key = keyOf(product);
    if (key !== '' && !known.has(key)) known.set(key, { id: `P-${known.size + 1}`, product });
  }
  const [namespace = '', id = ''] = splitId(document.id);
  const version = /^(0|[1-9]\d*)$/.test(document.version) ? document.version : '1';
  const history = [{ date: at, number: version, summary: 'Written from suppression rules.' }];
  return JSON.stringify({
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      title: `What ${document.author} says about its products`,
      publisher: { category: 'user', name: document.author, namespace },
      tracking: { id, status: 'final', version, initial_release_date: at, current_release_date: at, revision_history: history },
    },
    product_tree: tree([...known.values()]),
    vulnerabilities: byVulnerability(document.statements).map((group) => vulnerability(group, (product) => known.get(keyOf(product))?.id)),
  });
}

const keyOf = ({ purl = '', image = '' }: VexProduct): string => (purl === '' && image === '' ? '' : `${image} ${purl}`);

function splitId(id: string): [string, string] {
  const cut = id.indexOf(' ');
  return cut < 0 ? ['https://assay.invalid/', id] : [id.slice(0, cut), id.slice(cut + 1)];
}

/** A package in an image is a relationship of the two. */
function tree(products: readonly { readonly id: string; readonly product: VexProduct }[]): object {
  const names = new Map<string, string>();
  const nameOf = (purl: string): string => {
    const id = names.get(purl) ?? `N-${names.size + 1}`;
    names.set(purl, id);
    return id;
  };
  const relationships: object[] = [];
  const own: object[] = [];
  for (const { id, product } of products) {
    const { purl, image } = product;
    if (purl !== undefined && image !== undefined) {
      const full = { name: `${purl} in ${image}`, product_id: id };
      const [product_reference, relates_to_product_reference] = [nameOf(purl), nameOf(imagePurl(image))];
      relationships.push({ category: 'default_component_of', full_product_name: full, product_reference, relates_to_product_reference });
    } else own.push(fullName(id, purl ?? imagePurl(image!)));
  }
  const named = [...names].map(([purl, id]) => fullName(id, purl));
  return { full_product_names: [...own, ...named], ...(relationships.length === 0 ? {} : { relationships }) };
}

function fullName(product_id: string, purl: string): object {
  return { name: purl, product_id, product_identification_helper: { purl } };
}

function byVulnerability(statements: readonly VexStatement[]): VexStatement[][] {
  const groups = new Map<string, VexStatement[]>();
  for (const one of statements) groups.set(one.vulnerability, [...(groups.get(one.vulnerability) ?? []), one]);
  return [...groups.values()];
}

function vulnerability(group: readonly VexStatement[], idOf: (product: VexProduct) => string | undefined): object {
  const first = group[0]!;
  const cve = /^CVE-\d{4}-\d{4,}$/.test(first.vulnerability) ? first.vulnerability : undefined;
  const others = [...new Set([...(cve === undefined ? [first.vulnerability] : []), ...group.flatMap((one) => one.aliases)])];
  const status: Record<string, string[]> = {};
  const flags: object[] = [];
  const threats: object[] = [];
  for (const one of group) {
    const ids = [...new Set(one.products.flatMap((product) => idOf(product) ?? []))];
    if (ids.length === 0) continue;
    status[LISTS[one.status]] = [...new Set([...(status[LISTS[one.status]] ?? []), ...ids])];
    if (JUSTIFICATIONS.some((known) => known === one.justification)) flags.push({ label: one.justification, product_ids: ids });
    if (one.detail !== undefined) threats.push({ category: 'impact', details: one.detail, product_ids: ids });
  }
  return {
    ...(cve === undefined ? {} : { cve }),
    ...(others.length === 0 ? {} : { ids: others.map((text) => ({ system_name: text.split('-')[0] || 'id', text })) }),
    notes: [{ category: 'description', text: `${first.vulnerability} in the products named.` }],
    product_status: status,
    ...(flags.length === 0 ? {} : { flags }),
    ...(threats.length === 0 ? {} : { threats }),
  };
}
