import type { Transaction } from '../db/pool.ts';
import { nameOfCode } from '../findings/code-name.ts';
import type { Queryable } from '../jobs/queue.ts';

/** `export.kind`. Never reuse a number. */
const EXPORT_KIND = { FINDINGS_REPORT: 1, SBOM_EXPORT: 2 } as const;
export type ExportKind = keyof typeof EXPORT_KIND;
/** `export.status`. Never reuse a number. */
const EXPORT_STATUS = { IN_PROGRESS: 1, SUCCEEDED: 2, CANCELLED: 3, FAILED: 4 } as const;
export type ExportStatus = keyof typeof EXPORT_STATUS;

export interface NewExport {
  readonly account: number;
  readonly id: string;
  readonly kind: ExportKind;
  readonly format: string;
  /** JSON, as the caller gave them. */
  readonly criteria: unknown;
  readonly accounts: readonly number[];
  readonly bucket: string;
  readonly prefix: string;
  readonly keyArn: string;
  /** ARN of the caller. */
  readonly actor: string;
  readonly createdAt: Date;
}

export interface StoredExport extends NewExport {
  readonly status: ExportStatus;
  readonly checkpoint: unknown;
  readonly location: string | null;
  readonly items: number;
  readonly bytes: number;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly finishedAt: Date | null;
}

const COLUMNS = `account, id, kind, format, status, criteria, accounts, bucket, prefix, key_arn as "keyArn", actor, checkpoint, location, items,
  bytes, error_code as "errorCode", error_message as "errorMessage", created_at as "createdAt", finished_at as "finishedAt"`;

type Row = Omit<StoredExport, 'kind' | 'status' | 'accounts'> & { kind: number; status: number; accounts: string[] };

function fromRow(row: Row): StoredExport {
  return {
    ...row,
    kind: nameOfCode(EXPORT_KIND, row.kind),
    status: nameOfCode(EXPORT_STATUS, row.status),
    accounts: row.accounts.map(Number),
  };
}

/** False when the account has one of this kind in progress: there is one at a time. */
export async function insertExport(tx: Transaction, one: NewExport): Promise<boolean> {
  await settleLost(tx, one.account);
  const { rowCount } = await tx.query(
    `insert into export (account, id, kind, format, status, criteria, accounts, bucket, prefix, key_arn, actor, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (account, kind) where status = 1 do nothing`,
    [
      one.account,
      one.id,
      EXPORT_KIND[one.kind],
      one.format,
      EXPORT_STATUS.IN_PROGRESS,
      JSON.stringify(one.criteria),
      one.accounts,
      one.bucket,
      one.prefix,
      one.keyArn,
      one.actor,
      one.createdAt,
    ],
  );
  return rowCount === 1;
}

/** The newest of a kind when no id is given. */
export async function findExport(
  tx: Transaction,
  account: number,
  wanted: { readonly kind?: ExportKind; readonly id?: string | undefined },
): Promise<StoredExport | undefined> {
  await settleLost(tx, account);
  const { rows } = await tx.query<Row>(
    `select ${COLUMNS} from export where account = $1 and ($2::smallint is null or kind = $2) and ($3::uuid is null or id = $3)
     order by created_at desc, id desc limit 1`,
    [account, wanted.kind === undefined ? null : EXPORT_KIND[wanted.kind], wanted.id ?? null],
  );
  return rows[0] && fromRow(rows[0]);
}

/** Newest first. */
export async function listExports(
  tx: Transaction,
  account: number,
  page: { readonly after: { readonly createdAt: Date; readonly id: string } | undefined; readonly limit: number },
): Promise<StoredExport[]> {
  await settleLost(tx, account);
  const { rows } = await tx.query<Row>(
    `select ${COLUMNS} from export where account = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
     order by created_at desc, id desc limit $4`,
    [account, page.after?.createdAt ?? null, page.after?.id ?? null, page.limit],
  );
  return rows.map(fromRow);
}

/** The worker that writes it sees this at its next part and removes what it wrote. Undefined when there is none. */
export async function cancelExport(
  tx: Transaction,
  account: number,
  one: { readonly kind: ExportKind; readonly id: string; readonly at: Date },
): Promise<ExportStatus | undefined> {
  const { rows } = await tx.query<{ status: number }>('select status from export where account = $1 and kind = $2 and id = $3 for update', [
    account,
    EXPORT_KIND[one.kind],
    one.id,
  ]);
  const status = rows[0]?.status;
  if (status === undefined) return undefined;
  if (status === EXPORT_STATUS.IN_PROGRESS) {
    await tx.query('update export set status = $3, finished_at = $4 where account = $1 and id = $2', [
      account,
      one.id,
      EXPORT_STATUS.CANCELLED,
      one.at,
    ]);
  }
  return nameOfCode(EXPORT_STATUS, status);
}

/** Exports whose job died too often: nobody works on them any more. */
async function settleLost(tx: Transaction, account: number): Promise<void> {
  await tx.query(
    `update export e set status = $2, error_code = 'INTERNAL_ERROR', error_message = 'The workers that wrote it died; try again.',
       finished_at = now()
     where e.account = $1 and e.status = $3 and not exists (select from job j where j.account = e.account and j.kind = 'export'
       and j.key = e.id::text and j.state in (0, 1))`,
    [account, EXPORT_STATUS.FAILED, EXPORT_STATUS.IN_PROGRESS],
  );
}

/** Whoever writes an export: the number of its fence keeps a slower writer from speaking after it. */
export interface Writer {
  readonly account: number;
  readonly id: string;
  readonly fence: number;
}

/** The export to be written, from now on by this writer; any status but IN_PROGRESS means: clean up. Undefined: a newer writer has it. */
export async function takeExport(db: Queryable, writer: Writer): Promise<StoredExport | undefined> {
  const { rows } = await db.query<Row>(`update export set fence = $3 where account = $1 and id = $2 and fence <= $3 returning ${COLUMNS}`, [
    writer.account,
    writer.id,
    writer.fence,
  ]);
  return rows[0] && fromRow(rows[0]);
}

export interface Progress {
  readonly checkpoint: unknown;
  readonly items: number;
  readonly bytes: number;
}

/** False when it is no longer this writer's, or was cancelled. */
export async function saveProgress(db: Queryable, writer: Writer, progress: Progress): Promise<boolean> {
  const { rowCount } = await db.query(
    `update export set checkpoint = $5, items = $6, bytes = $7 where account = $1 and id = $2 and fence = $3 and status = $4`,
    [
      writer.account,
      writer.id,
      writer.fence,
      EXPORT_STATUS.IN_PROGRESS,
      progress.checkpoint === null ? null : JSON.stringify(progress.checkpoint),
      progress.items,
      progress.bytes,
    ],
  );
  return rowCount === 1;
}

export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly location: string; readonly at: Date }
  | { readonly status: 'FAILED'; readonly code: string; readonly message: string; readonly at: Date };

/** False when it is no longer this writer's, or was cancelled. A finished export keeps its figures and needs no checkpoint. */
export async function endExport(db: Queryable, writer: Writer, outcome: Outcome): Promise<boolean> {
  const { rowCount } = await db.query(
    `update export set status = $5, location = $6, error_code = $7, error_message = $8, finished_at = $9, checkpoint = null
     where account = $1 and id = $2 and fence = $3 and status = $4`,
    [
      writer.account,
      writer.id,
      writer.fence,
      EXPORT_STATUS.IN_PROGRESS,
      EXPORT_STATUS[outcome.status],
      outcome.status === 'SUCCEEDED' ? outcome.location : null,
      outcome.status === 'FAILED' ? outcome.code : null,
      outcome.status === 'FAILED' ? outcome.message : null,
      outcome.at,
    ],
  );
  return rowCount === 1;
}
