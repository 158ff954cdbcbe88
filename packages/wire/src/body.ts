import type { IncomingMessage } from 'node:http';
import { throttled, validationError } from './errors.ts';

/** Bytes of bodies that may be held at the same time, over all requests. */
export interface BodyBudget {
  free: number;
}

/** The whole body, at most `limit` bytes. Throws ValidationException when it is longer, ThrottlingException when memory is used up. */
export async function readBody(request: IncomingMessage, limit: number, budget: BodyBudget): Promise<Uint8Array> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw tooLong(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      budget.free -= chunk.length;
      if (length > limit) throw tooLong(limit);
      if (budget.free < 0) throw throttled('Too many large requests at the same time', 5);
      chunks.push(chunk);
    }
  } finally {
    budget.free += length;
  }
  return Buffer.concat(chunks, length);
}

function tooLong(limit: number): Error {
  return validationError('CANNOT_PARSE', `The request body is longer than ${limit} bytes`);
}
