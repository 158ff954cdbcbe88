import type { Logger } from '@assay/core/context.ts';
import type { RequestRecord } from '@assay/wire/request-record.ts';
import type pg from 'pg';
import { withAccounts } from '../db/pool.ts';
import { type AuditRow, auditRow } from './audit-row.ts';

export interface JournalOptions {
  /** Role api. */
  readonly pool: pg.Pool;
  readonly log: Logger;
  /** False keeps only what changes something. */
  readonly reads: boolean;
  /** How long the record of a read may wait for others; 1 s unless given. */
  readonly waitMs?: number;
  /** Reads held at the same time; 5,000 unless given. */
  readonly most?: number;
}

export interface Journal {
  /** For the gateway: the answer of a changing call waits until its record is committed, that of a read only while too many wait. */
  readonly observe: (record: RequestRecord) => Promise<void>;
  /** Writes what still waits. */
  stop(): Promise<void>;
}

const BATCH = 500;
const WAIT_MS = 1_000;
const MOST_WAITING = 5_000;

interface Entry {
  readonly row: AuditRow;
  readonly kept: () => void;
  readonly lost: (error: unknown) => void;
}

/**
 * Writes audit records in batches, one transaction at a time. Calls that change something wait for the batch that holds them, so that
 * under load many share one commit. A batch that fails rejects its changing calls; its reads are tried again.
 */
export function openJournal({ pool, log, reads, waitMs = WAIT_MS, most = MOST_WAITING }: JournalOptions): Journal {
  const waiting: Entry[] = [];
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function startWriting(): Promise<void> {
    writing ??= writeWaiting();
    return writing;
  }

  async function writeWaiting(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    // Not before `writing` is this promise: with nothing to write it would be over, and then stand there for good.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      try {
        await write(
          pool,
          batch.map((entry) => entry.row),
        );
        for (const entry of batch) entry.kept();
      } catch (error) {
        log.warn('audit records could not be written', { records: batch.length, error: (error as Error).message });
        waiting.unshift(...batch.filter((entry) => !entry.row.changes));
        for (const entry of batch) entry.lost(error);
        writeLater();
        break;
      }
    }
    writing = undefined;
  }

  function writeLater(): void {
    timer ??= setTimeout(startWriting, waitMs).unref();
  }

  return {
    async observe(record) {
      if (record.readonly && !reads) return;
      // Every second, from every cluster, and nothing that a person did; what is refused is kept.
      if (record.principal?.role === 'collector' && record.status < 400) return;
      const row = auditRow(record);
      if (row === undefined) return;
      if (row.changes) {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        waiting.push({ row, kept: resolve, lost: reject });
        startWriting();
        return promise;
      }
      if (waiting.length >= most) await startWriting();
      if (waiting.length >= most) return;
      waiting.push({ row, kept: () => {}, lost: () => {} });
      writeLater();
    },
    async stop() {
      await startWriting();
      clearTimeout(timer);
    },
  };
}

async function write(pool: pg.Pool, rows: readonly AuditRow[]): Promise<void> {
  if (rows.length === 0) return;
  const accounts = [...new Set(rows.map((row) => row.account))];
  await withAccounts(pool, accounts, (tx) =>
    tx.query(
      `insert into audit_record (account, at, request, service, operation, changes, principal, via, address, agent, status, error, message,
         duration, resources, input, output)
       select account, at, request, service, operation, changes, principal, via, address, agent, status, error, message, duration,
         array(select jsonb_array_elements_text(resources)), input, output
       from jsonb_to_recordset($1) as r(account bigint, at timestamptz, request text, service text, operation text, changes boolean,
         principal text, via smallint, address text, agent text, status smallint, error text, message text, duration int, resources jsonb,
         input jsonb, output jsonb)`,
      [JSON.stringify(rows)],
    ),
  );
}
