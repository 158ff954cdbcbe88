import { createHash } from 'node:crypto';
import type { GroupMessage, SinkMessage } from './message.ts';
import { type OutgoingRequest, requireTaken, type SinkContext } from './sink.ts';
import { type PlainText, textOf } from './text.ts';

/** What a tracker can do. A ticket is the text by which it is found again. */
export interface TicketDesk {
  /** @throws when it cannot be reached or refuses who we are. */
  check(): Promise<void>;
  /** A ticket that was made for this mark and of which we know nothing: we died before its number was written down. */
  find(mark: string): Promise<string | undefined>;
  create(mark: string, text: PlainText): Promise<string>;
  isOpen(ticket: string): Promise<boolean>;
  note(ticket: string, text: PlainText): Promise<void>;
  /** Closes it, or opens it again. */
  move(ticket: string, open: boolean): Promise<void>;
}

/** One ticket for each vulnerability in each place: made when it appears, told of changes, closed when nothing of it is left, opened again. */
export async function followTickets(messages: readonly SinkMessage[], ctx: SinkContext, desk: TicketDesk): Promise<void> {
  for (const message of messages) {
    if (message.type === 'test') await desk.check();
    if (message.type === 'group') await follow(message, ctx, desk);
  }
}

async function follow(message: GroupMessage, ctx: SinkContext, desk: TicketDesk): Promise<void> {
  const mark = markOf(message);
  const text = textOf(message);
  const known = (await ctx.tickets.find(mark)) ?? (await desk.find(mark));
  if (known === undefined) {
    if (message.open > 0) await ctx.tickets.remember(mark, await desk.create(mark, text));
    return;
  }
  await ctx.tickets.remember(mark, known);
  const shouldBeOpen = message.open > 0;
  const { opened, reopened, closed, suppressed } = message.counts;
  const isOpen = await desk.isOpen(known);
  if (isOpen !== shouldBeOpen) await desk.move(known, shouldBeOpen);
  if (isOpen || shouldBeOpen) {
    if (opened + reopened + closed + suppressed > 0) await desk.note(known, text);
  }
}

/** `assay-` and twenty hex digits, a word that every tracker takes as a label. */
export function markOf({ account, id, place }: Pick<GroupMessage, 'account' | 'id' | 'place'>): string {
  return `assay-${createHash('sha256')
    .update(JSON.stringify([account, id, place]))
    .digest('hex')
    .slice(0, 20)}`;
}

/** One request with JSON both ways. @throws unless the answer is a 2xx, except `missing`, which answers undefined for 404 and 410. */
export async function askJson(
  ctx: SinkContext,
  request: Pick<OutgoingRequest, 'url' | 'headers'> & {
    readonly method: NonNullable<OutgoingRequest['method']>;
    readonly body?: unknown;
    readonly missing?: boolean;
  },
): Promise<unknown> {
  const { url, method, body, missing } = request;
  const headers = { accept: 'application/json', ...request.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const answer = await ctx.send({ url, method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }, ctx.signal);
  if (missing === true && (answer.status === 404 || answer.status === 410)) return undefined;
  requireTaken(answer);
  if (answer.body.length === 0) return {};
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    throw new Error('the receiver answered what is no JSON');
  }
}

/** A text in something foreign; undefined when it is not there. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return typeof at === 'string' ? at : typeof at === 'number' ? String(at) : undefined;
}

/** @throws when a tracker took something and did not say what it is called. */
export function requireText(value: string | undefined): string {
  if (value === undefined || value === '' || value.length > 200) throw new Error('the receiver did not say which ticket it made');
  return value;
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
