import type { IncomingMessage, ServerResponse } from 'node:http';
import { AssayError } from '@assay/core/errors.ts';
import { readBody } from '@assay/wire/body.ts';
import { ApiError } from '@assay/wire/errors.ts';
import type { Inbox } from '../registries/inbox.ts';
import { answerText } from './answers.ts';

export const HOOKS = '/hooks/registries/';
const PATH = /^\/hooks\/registries\/(\d{12})\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
/** Registries send a few events at a time; Harbor and distribution send single ones. */
const LARGEST_BODY = 1 << 20;

/** `POST /hooks/registries/ACCOUNT/ID`: notifications of a registry. Whoever has not its word is told nothing. */
export async function serveRegistryHook(
  inbox: Inbox,
  { pathname, request, response }: { readonly pathname: string; readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<number> {
  const place = PATH.exec(pathname);
  const word = wordOf(request.headers.authorization ?? '');
  if (place === null || request.method !== 'POST' || word === '') return refuse(response, 404, 'Nothing is here.');
  const take = await inbox.open({ account: Number(place[1]), id: place[2]! }, word);
  if (take === undefined) return refuse(response, 404, 'Nothing is here.');
  try {
    const { bytes } = await readBody(request, LARGEST_BODY, { free: LARGEST_BODY });
    await take(Buffer.from(bytes));
    return answerText(response, 202, 'Taken.');
  } catch (error) {
    if (error instanceof AssayError) return refuse(response, 400, error.message);
    if (error instanceof ApiError) return refuse(response, error.status, error.message);
    throw error;
  }
}

function refuse(response: ServerResponse, status: number, text: string): number {
  response.setHeader('connection', 'close');
  return answerText(response, status, text);
}

/** `Bearer WORD`, the word alone, or the password of a user: registries differ in what they can be told to send. */
function wordOf(authorization: string): string {
  const [, scheme = '', rest = ''] = /^(?:(bearer|basic) +)?(.*)$/i.exec(authorization.trim()) ?? [];
  if (scheme.toLowerCase() !== 'basic') return rest;
  return Buffer.from(rest, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
}
