import { type ApiError, throttled } from '@assay/wire/errors.ts';

/** SQLSTATE of a database that is there and has too much to do: statement or lock timeout, too many connections, deadlock. */
const BUSY = new Set(['57014', '55P03', '53300', '40P01', '40001']);

/** Busy is told as throttling, which every SDK waits out; anything else of the database stays an internal error. */
export function busyDatabase(error: unknown): ApiError | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && BUSY.has(code) ? throttled('The database is busy; try again', 2) : undefined;
}
