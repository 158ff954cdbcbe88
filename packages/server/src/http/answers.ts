import type { ServerResponse } from 'node:http';
import type { ApiError } from '@assay/wire/errors.ts';
import { writeRestJsonError } from '@assay/wire/rest-json-write.ts';

/** An error of a path that belongs to no service, in the form of the API. Returns the status. */
export function answerError(response: ServerResponse, error: ApiError, requestId: string): number {
  const answer = writeRestJsonError(undefined, error);
  const headers = { ...answer.headers, 'cache-control': 'no-store', 'x-amzn-requestid': requestId, connection: 'close' };
  if (!response.headersSent) response.writeHead(answer.status, headers);
  response.end(answer.body);
  return answer.status;
}

export function answerText(response: ServerResponse, status: number, text: string): number {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${text}\n`);
  return status;
}
