import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError, throttled, validationError } from './errors.ts';

/** Bytes of bodies that may be held at the same time, over all requests. */
export interface BodyBudget {
  free: number;
}

export interface Body {
  readonly bytes: Uint8Array;
  /** Hex; made while reading, so that a long body never blocks the process in one piece. */
  readonly sha256: string;
  /** Gives the memory back to the budget: call it once, when nothing needs the bytes any more. */
  readonly release: () => void;
}

/** The whole body, at most `limit` bytes. Throws ValidationException when it is longer, ThrottlingException when memory is used up. */
export async function readBody(request: IncomingMessage, limit: number, budget: BodyBudget): Promise<Body> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw tooLong(limit);
  const chunks: Buffer[] = [];
  const hash = createHash('sha256');
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      budget.free -= chunk.length;
      if (length > limit) throw tooLong(limit);
      if (budget.free < 0) throw throttled('Too many large requests at the same time', 5);
      hash.update(chunk);
      chunks.push(chunk);
    }
    return { bytes: Buffer.concat(chunks, length), sha256: hash.digest('hex'), release: () => giveBack(budget, length) };
  } catch (error) {
    giveBack(budget, length);
    if (error instanceof ApiError) throw error;
    // Nobody is left to read this; it only keeps a hang-up out of the errors of our own.
    throw new ApiError('IncompleteBody', 'The connection ended before the request did', { cause: error });
  }
}

function giveBack(budget: BodyBudget, bytes: number): void {
  budget.free += bytes;
}

function tooLong(limit: number): Error {
  return validationError('CANNOT_PARSE', `The request body is longer than ${limit} bytes`);
}
