import { AssayError } from '@assay/core/errors.ts';
import { ApiError, throttled } from '@assay/wire/errors.ts';

/** SQLSTATE of a database that is there and has too much to do: statement or lock timeout, too many connections, deadlock. */
const BUSY = new Set(['57014', '55P03', '53300', '40P01', '40001']);
/** Of one that is going, gone or not up yet, and what the network says then. */
const LOST = /^(57P0[1-5]|08[0-9A-Z]{3}|25P03|ECONN[A-Z]+|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND)$/;
/** `pg` gives these no code. */
const LOST_WORDS = /^(Connection terminated|timeout (exceeded|expired)|Client has encountered a connection error|Cannot use a pool after)/;

/**
 * What a caller may know of an expected failure below the operations: busy is throttling, which every SDK waits out; a lost database and
 * an AssayError (its sentence is made for people) are server errors that may be tried again. Undefined for a bug.
 */
export function serviceError(error: unknown): ApiError | undefined {
  if (error instanceof AssayError) return unavailable(error.message, error);
  if (isBusy(error)) return throttled('The database is busy; try again', 2);
  return isLost(error) ? unavailable('The database cannot be reached at the moment; try again', error) : undefined;
}

function isLost(error: unknown): boolean {
  const { code, message, syscall } = (error ?? {}) as { code?: unknown; message?: unknown; syscall?: unknown };
  if (code === 'ENOENT') return syscall === 'connect';
  return typeof code === 'string' ? LOST.test(code) : typeof message === 'string' && LOST_WORDS.test(message);
}

export function isBusy(error: unknown): boolean {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && BUSY.has(code);
}

function unavailable(message: string, cause: unknown): ApiError {
  return new ApiError('InternalServerException', message, { status: 500, members: { retryAfterSeconds: 5, reason: 'OTHER' }, cause });
}
