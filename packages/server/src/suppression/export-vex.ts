import { FINDING_STATUS } from '@assay/core/finding.ts';
import { JUSTIFICATIONS, type VexStatement } from '@assay/formats/vex/document.ts';
import type { Transaction } from '../db/pool.ts';

/** Of findings of one document. */
export const MOST_EXPORTED = 100_000;

interface Row {
  readonly name: string;
  readonly aliases: string[];
  readonly reason: string | null;
  readonly rule: string;
  readonly image: string | null;
  readonly purls: string[];
}

/** What the rules hide now, as statements that it is not affected: one for each rule and vulnerability, with its packages, in their images. */
export async function hiddenStatements(tx: Transaction, accounts: readonly number[]): Promise<VexStatement[] | 'too-many'> {
  const { rows } = await tx.query<Row>(
    `select i.name, i.aliases, s.reason, s.name as rule, r.digest as image,
       array(select distinct p.purl from finding_package fp join package p on p.id = fp.package
         where fp.account = f.account and fp.finding = f.id order by 1) as purls
     from filter s join finding f on f.rule = s.id and f.status = ${FINDING_STATUS.SUPPRESSED}
     join issue i on i.id = f.issue join resource r on r.account = f.account and r.id = f.resource
     where f.account = any($1::bigint[]) and s.account = any($1::bigint[]) and s.in_force
     order by s.id, i.name, r.digest, f.id limit ${MOST_EXPORTED + 1}`,
    [accounts],
  );
  if (rows.length > MOST_EXPORTED) return 'too-many';
  const statements = new Map<string, { row: Row; products: Map<string, VexStatement['products'][number]> }>();
  for (const row of rows) {
    const key = JSON.stringify([row.rule, row.name]);
    const statement = statements.get(key) ?? { row, products: new Map() };
    const image = row.image === null ? {} : { image: row.image };
    for (const purl of row.purls) statement.products.set(`${row.image} ${purl}`, { id: purl, purl, ...image });
    statements.set(key, statement);
  }
  return [...statements.values()].map(({ row, products }) => ({ ...saying(row), products: [...products.values()] }));
}

function saying({ name, aliases, reason, rule }: Row): Omit<VexStatement, 'products'> {
  const justification = JUSTIFICATIONS.find((known) => reason === known || reason?.startsWith(`${known}: `) === true);
  const detail = justification === undefined ? (reason ?? `Suppressed by the rule ${rule}.`) : reason!.slice(justification.length + 2);
  return {
    ...{ vulnerability: name, aliases, status: 'not_affected' },
    ...(justification === undefined ? {} : { justification }),
    ...(detail === '' ? {} : { detail }),
  };
}
