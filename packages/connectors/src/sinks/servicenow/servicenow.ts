import { matching, webAddress } from '../../config.ts';
import type { Sink, SinkConfig, SinkContext } from '../../sink.ts';
import { askJson, basicAuthorization, followTickets, requireText, type TicketDesk, textAt } from '../../tickets.ts';

const STATE = matching(/^-?\d{1,4}$/, 'a number');

/** Records of a ServiceNow table, found by their correlation id. */
export const servicenow: Sink = {
  id: 'servicenow',
  config: {
    url: { about: 'the address of the instance', required: true, check: webAddress },
    username: { about: 'whom to sign in as', required: true },
    table: { about: 'default incident', check: matching(/^[a-z0-9_]{1,80}$/, 'the name of a table') },
    openState: { about: 'the state of what is open again, default 2', check: STATE },
    closedState: { about: 'the state of what is resolved, default 6', check: STATE },
    closeCode: { about: 'the resolution code, default `Solution provided`' },
  },
  secret: { about: 'the password', required: true },
  modes: ['TICKETS'],
  deliver: (config, batch, ctx) => followTickets(batch.messages, ctx, deskOf(config, ctx)),
};

function deskOf(config: SinkConfig, ctx: SinkContext): TicketDesk {
  const { url = '', username = '', table = 'incident', openState = '2', closedState = '6', closeCode = 'Solution provided' } = config;
  const headers = { authorization: basicAuthorization(username, ctx.secret) };
  const ask = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<unknown> =>
    askJson(ctx, {
      method,
      url: `${url.replace(/\/+$/, '')}/api/now/table/${table}${path}`,
      headers,
      ...(body === undefined ? {} : { body }),
    });
  const record = (ticket: string): string => `/${encodeURIComponent(ticket)}`;
  return {
    check: async () => void (await ask('GET', '?sysparm_limit=1&sysparm_fields=sys_id')),
    async find(mark) {
      return textAt(
        await ask('GET', `?sysparm_query=correlation_id%3D${mark}&sysparm_limit=1&sysparm_fields=sys_id`),
        'result',
        0,
        'sys_id',
      );
    },
    async create(mark, { title, lines }) {
      const body = {
        short_description: title.slice(0, 160),
        description: lines.join('\n'),
        correlation_id: mark,
        correlation_display: 'Assay',
      };
      return requireText(textAt(await ask('POST', '', body), 'result', 'sys_id'));
    },
    async isOpen(ticket) {
      const state = Number(textAt(await ask('GET', `${record(ticket)}?sysparm_fields=state`), 'result', 'state') ?? '0');
      return state < Number(closedState);
    },
    note: async (ticket, { title, lines }) => void (await ask('PATCH', record(ticket), { work_notes: [title, ...lines].join('\n') })),
    async move(ticket, open) {
      const notes = 'Nothing of it is active any more.';
      await ask('PATCH', record(ticket), open ? { state: openState } : { state: closedState, close_code: closeCode, close_notes: notes });
    },
  };
}
