import type { ScoreBasis } from '@assay/core/score.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type pg from 'pg';
import { nameOfCode } from './code-name.ts';
import type { IssueDoc, IssueView } from './view.ts';

export interface PackageRow {
  readonly id: number;
  readonly type: number;
  readonly name: string;
  readonly version: string;
  readonly arch: string | null;
  readonly purl: string;
}

/** Texts of this many vulnerabilities, and this many packages, are kept; then all are forgotten. */
const MOST_ISSUES = 4_000;
const MOST_PACKAGES = 20_000;

/**
 * What findings share, kept by a reader of many batches. Packages and score bases never change; a vulnerability does, so its text is
 * taken for known only while the row is the very same version (`xmin`).
 */
export class Known {
  readonly #issues = new Map<number, { readonly version: string; readonly view: IssueView }>();
  readonly #packages = new Map<number, PackageRow>();
  readonly #bases = new Map<number, ScoreBasis>();

  async issues(client: pg.ClientBase, ids: ReadonlySet<number>): Promise<ReadonlyMap<number, IssueView>> {
    if (this.#issues.size > MOST_ISSUES) this.#issues.clear();
    const asked = [...ids];
    const versions = asked.map((id) => this.#issues.get(id)?.version ?? null);
    const { rows } = await client.query<IssueRow>(CHANGED_ISSUES, [asked, versions]);
    for (const row of rows) this.#issues.set(row.id, { version: row.version, view: toIssue(row) });
    return new Map(
      asked.flatMap((id) => {
        const held = this.#issues.get(id);
        return held === undefined ? [] : [[id, held.view]];
      }),
    );
  }

  async packages(client: pg.ClientBase, ids: ReadonlySet<number>): Promise<ReadonlyMap<number, PackageRow>> {
    if (this.#packages.size > MOST_PACKAGES) this.#packages.clear();
    const missing = [...ids].filter((id) => !this.#packages.has(id));
    if (missing.length > 0) {
      const { rows } = await client.query<PackageRow>(PACKAGES, [missing]);
      for (const row of rows) this.#packages.set(row.id, row);
    }
    return this.#packages;
  }

  async bases(client: pg.ClientBase, ids: ReadonlySet<number>): Promise<ReadonlyMap<number, ScoreBasis>> {
    if (this.#bases.size > MOST_PACKAGES) this.#bases.clear();
    const missing = [...ids].filter((id) => id !== NO_BASIS && !this.#bases.has(id));
    if (missing.length > 0) {
      const { rows } = await client.query<{ id: number; basis: ScoreBasis }>(BASES, [missing]);
      for (const row of rows) this.#bases.set(row.id, row.basis);
    }
    return this.#bases;
  }
}

const NO_BASIS = 0;

const CHANGED_ISSUES = `select i.id, i.xmin::text as version, i.name, i.source, i.vendor_severity, i.epss, i.kev, i.exploit, i.weaponised, i.aliases, i.doc
  from unnest($1::int[], $2::text[]) as k(id, version) join issue i on i.id = k.id where k.version is distinct from i.xmin::text`;
const PACKAGES = 'select id, type, name, version, arch, purl from package where id = any ($1::int[])';
const BASES = 'select id, basis from score_basis where id = any ($1::int[])';

interface IssueRow {
  readonly id: number;
  readonly version: string;
  readonly name: string;
  readonly source: string;
  readonly vendor_severity: number;
  readonly epss: number;
  readonly kev: Date | null;
  readonly exploit: boolean;
  readonly weaponised: boolean;
  readonly aliases: string[];
  readonly doc: IssueDoc;
}

function toIssue(row: IssueRow): IssueView {
  return {
    id: row.id,
    name: row.name,
    source: row.source,
    vendorSeverity: nameOfCode(SEVERITY_CODES, row.vendor_severity),
    epss: row.epss < 0 ? null : row.epss,
    kevAt: row.kev,
    exploit: row.exploit,
    weaponised: row.weaponised,
    aliases: row.aliases,
    doc: row.doc,
  };
}
