import { answerOf, sinkContext } from '@assay/testkit/sink-conformance.ts';
import { groupMessage } from '@assay/testkit/sink-messages.ts';
import { describe, expect, test } from 'vitest';
import type { GroupMessage } from './message.ts';
import type { IncomingAnswer, OutgoingRequest, Sink, SinkConfig, SinkContext } from './sink.ts';
import { githubIssues } from './sinks/github-issues/github-issues.ts';
import { jira } from './sinks/jira/jira.ts';
import { servicenow } from './sinks/servicenow/servicenow.ts';
import { markOf } from './tickets.ts';

interface Ticket {
  readonly mark: string;
  open: boolean;
  readonly notes: string[];
}
interface Tracker {
  readonly sink: Sink;
  readonly config: SinkConfig;
  /** The tracker's side of the protocol, over tickets whose number is their place in the list. */
  answer(request: OutgoingRequest, tickets: Ticket[]): { status: number; body?: unknown };
}
const bodyOf = (request: OutgoingRequest) => JSON.parse(String(request.body ?? '{}'));
const path = (request: OutgoingRequest) => new URL(request.url).pathname + new URL(request.url).search;

const GITHUB: Tracker = {
  sink: githubIssues,
  config: { url: 'https://github.example/api', repository: 'shop/security' },
  answer(request, tickets) {
    const place = path(request).replace('/api/repos/shop/security', '');
    const mark = /labels=(assay-[0-9a-f]+)/.exec(place)?.[1];
    if (mark !== undefined) return { status: 200, body: tickets.flatMap((one, number) => (one.mark === mark ? [{ number }] : [])) };
    if (request.method === 'POST' && place === '/issues') {
      return { status: 201, body: { number: tickets.push({ mark: bodyOf(request).labels[1], open: true, notes: [] }) - 1 } };
    }
    const ticket = tickets[Number(/^\/issues\/(\d+)/.exec(place)?.[1])]!;
    if (place.endsWith('/comments')) ticket.notes.push(bodyOf(request).body);
    if (request.method === 'PATCH') ticket.open = bodyOf(request).state === 'open';
    return { status: 200, body: { state: ticket.open ? 'open' : 'closed' } };
  },
};
const SERVICENOW: Tracker = {
  sink: servicenow,
  config: { url: 'https://now.example', username: 'assay' },
  answer(request, tickets) {
    const place = path(request).replace('/api/now/table/incident', '');
    const mark = /correlation_id%3D(assay-[0-9a-f]+)/.exec(place)?.[1];
    if (mark !== undefined)
      return { status: 200, body: { result: tickets.flatMap((one, n) => (one.mark === mark ? [{ sys_id: `id${n}` }] : [])) } };
    if (request.method === 'POST') {
      return {
        status: 201,
        body: { result: { sys_id: `id${tickets.push({ mark: bodyOf(request).correlation_id, open: true, notes: [] }) - 1}` } },
      };
    }
    const ticket = tickets[Number(/^\/id(\d+)/.exec(place)?.[1])]!;
    const { work_notes: note, state } = bodyOf(request);
    if (note !== undefined) ticket.notes.push(note);
    if (state !== undefined) ticket.open = Number(state) < 6;
    return { status: 200, body: { result: { state: ticket.open ? '2' : '6' } } };
  },
};
const JIRA: Tracker = {
  sink: jira,
  config: { url: 'https://jira.example/', project: 'SEC', username: 'assay@example.com' },
  answer(request, tickets) {
    const place = path(request);
    if (place === '/rest/api/2/search') return { status: 410 };
    if (place === '/rest/api/3/search/jql') {
      const mark = /"(assay-[0-9a-f]+)"/.exec(bodyOf(request).jql)?.[1];
      return { status: 200, body: { issues: tickets.flatMap((one, n) => (one.mark === mark ? [{ key: `SEC-${n}` }] : [])) } };
    }
    if (place === '/rest/api/2/issue') {
      return { status: 201, body: { key: `SEC-${tickets.push({ mark: bodyOf(request).fields.labels[1], open: true, notes: [] }) - 1}` } };
    }
    const ticket = tickets[Number(/SEC-(\d+)/.exec(place)?.[1])]!;
    if (place.endsWith('/comment')) ticket.notes.push(bodyOf(request).body);
    if (!place.endsWith('/transitions'))
      return { status: 200, body: { fields: { status: { statusCategory: { key: ticket.open ? 'new' : 'done' } } } } };
    if (request.method === 'POST') ticket.open = bodyOf(request).transition.id === '11';
    const ways = [
      ['11', 'new'],
      ['31', 'done'],
    ].map(([id, key]) => ({ id, to: { statusCategory: { key } } }));
    return { status: 200, body: { transitions: ways } };
  },
};

describe.each([GITHUB, SERVICENOW, JIRA].map((tracker) => [tracker.sink.id, tracker] as const))('%s', (_id, tracker) => {
  const none = { opened: 0, reopened: 0, closed: 0, changed: 0, suppressed: 0 };
  const group = (more: Partial<GroupMessage>) => groupMessage({ place: 'shop/app', ...more });
  function start(): {
    tickets: Ticket[];
    ctx: SinkContext;
    tell: (messages: GroupMessage[], ctx?: SinkContext) => Promise<void>;
    send: SinkContext['send'];
  } {
    const tickets: Ticket[] = [];
    const send = async (request: OutgoingRequest): Promise<IncomingAnswer> => {
      const { status, body } = tracker.answer(request, tickets);
      return answerOf({ status, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    };
    const ctx = sinkContext(send, 'a token');
    const tell = (messages: GroupMessage[], on = ctx) => tracker.sink.deliver(tracker.config, { delivery: '1', messages }, on);
    return { tickets, ctx, tell, send };
  }

  test('one ticket for a vulnerability in a place: told of more, closed, opened again', async () => {
    const { tickets, tell } = start();
    await tell([group({ open: 2 }), group({ place: 'shop/db', open: 1 })]);
    expect(tickets.map(({ mark, open }) => [mark, open])).toEqual([
      [markOf(group({})), true],
      [markOf(group({ place: 'shop/db' })), true],
    ]);
    await tell([group({ open: 3, counts: { ...none, opened: 1 } }), group({ open: 3, counts: { ...none, changed: 1 } })]);
    expect(tickets[0]?.notes.length).toBe(1);
    await tell([group({ open: 0, counts: { ...none, closed: 3 } })]);
    expect(tickets.map(({ open }) => open)).toEqual([false, true]);
    await tell([group({ open: 1, counts: { ...none, reopened: 1 } })]);
    expect(tickets.map(({ open }) => open)).toEqual([true, true]);
    expect(tickets.length).toBe(2);
  });

  test('no second ticket when we die before the first is written down', async () => {
    const { tickets, tell, send } = start();
    const dying = sinkContext(send, 'a token', {
      tickets: { find: async () => undefined, remember: async () => Promise.reject(new Error('killed')) },
    });
    await expect(tell([group({ open: 1 })], dying)).rejects.toThrow('killed');
    await tell([group({ open: 1 })]);
    expect(tickets.length).toBe(1);
  });

  test('no ticket for what is over before anybody heard of it', async () => {
    const { tickets, tell } = start();
    await tell([group({ open: 0, counts: { ...none, opened: 1, closed: 1 } })]);
    expect(tickets).toEqual([]);
  });
});
