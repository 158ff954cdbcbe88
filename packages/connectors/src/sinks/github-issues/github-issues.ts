import { matching, webAddress } from '../../config.ts';
import type { Sink, SinkConfig, SinkContext } from '../../sink.ts';
import type { PlainText } from '../../text.ts';
import { askJson, followTickets, requireText, type TicketDesk, textAt } from '../../tickets.ts';

/** Issues of a repository on GitHub, or a GitHub Enterprise server. */
export const githubIssues: Sink = {
  id: 'github-issues',
  config: {
    repository: {
      about: 'owner and name',
      required: true,
      check: matching(/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/, 'like owner/name'),
    },
    url: { about: 'the address of the API, default https://api.github.com', check: webAddress },
  },
  secret: { about: 'a token that may write issues', required: true },
  modes: ['TICKETS'],
  deliver: (config, batch, ctx) => followTickets(batch.messages, ctx, deskOf(config, ctx)),
};

function deskOf(config: SinkConfig, ctx: SinkContext): TicketDesk {
  const { url = 'https://api.github.com', repository = '' } = config;
  const headers = { authorization: `Bearer ${ctx.secret}`, 'x-github-api-version': '2022-11-28', 'user-agent': 'assay' };
  const ask = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<unknown> =>
    askJson(ctx, {
      method,
      url: `${url.replace(/\/+$/, '')}/repos/${repository}${path}`,
      headers,
      ...(body === undefined ? {} : { body }),
    });
  const issue = (ticket: string): string => `/issues/${encodeURIComponent(ticket)}`;
  return {
    check: async () => void (await ask('GET', '')),
    find: async (mark) => textAt(await ask('GET', `/issues?labels=${mark}&state=all&per_page=1`), 0, 'number'),
    async create(mark, text) {
      return requireText(
        textAt(await ask('POST', '/issues', { title: text.title, body: quoted(text), labels: ['assay', mark] }), 'number'),
      );
    },
    isOpen: async (ticket) => textAt(await ask('GET', issue(ticket)), 'state') !== 'closed',
    note: async (ticket, text) => void (await ask('POST', `${issue(ticket)}/comments`, { body: quoted(text, true) })),
    async move(ticket, open) {
      await ask('PATCH', issue(ticket), open ? { state: 'open' } : { state: 'closed', state_reason: 'completed' });
    },
  };
}

/** In a fence longer than any inside, so that nothing of it links, formats or mentions somebody. */
function quoted({ title, lines }: PlainText, withTitle = false): string {
  const text = [...(withTitle ? [title] : []), ...lines].join('\n');
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
