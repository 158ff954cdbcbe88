import { matching, webAddress } from '../../config.ts';
import type { Sink, SinkConfig, SinkContext } from '../../sink.ts';
import type { PlainText } from '../../text.ts';
import { askJson, basicAuthorization, followTickets, requireText, type TicketDesk, textAt } from '../../tickets.ts';

/** Issues of a Jira project, Cloud or Data Center. */
export const jira: Sink = {
  id: 'jira',
  config: {
    url: { about: 'the address of Jira', required: true, check: webAddress },
    project: { about: 'the key of the project', required: true, check: matching(/^[A-Z][A-Z0-9_]{0,49}$/, 'a project key') },
    issueType: { about: 'the type of the issues, default Task' },
    username: { about: 'whom to sign in as in Jira Cloud; without it the secret is a personal access token' },
  },
  secret: { about: 'the API token', required: true },
  modes: ['TICKETS'],
  deliver: (config, batch, ctx) => followTickets(batch.messages, ctx, deskOf(config, ctx)),
};

function deskOf(config: SinkConfig, ctx: SinkContext): TicketDesk {
  const { url = '', project = '', issueType = 'Task', username } = config;
  const headers = { authorization: username === undefined ? `Bearer ${ctx.secret}` : basicAuthorization(username, ctx.secret) };
  const ask = (method: 'GET' | 'POST', path: string, more: { body?: unknown; missing?: boolean } = {}): Promise<unknown> =>
    askJson(ctx, { method, url: `${url.replace(/\/+$/, '')}${path}`, headers, ...more });
  const issue = (ticket: string): string => `/rest/api/2/issue/${encodeURIComponent(ticket)}`;
  return {
    check: async () => void (await ask('GET', '/rest/api/2/myself')),
    async find(mark) {
      const query = { jql: `project = "${project}" AND labels = "${mark}"`, maxResults: 1, fields: ['status'] };
      // Jira Cloud took the older search away.
      const answer =
        (await ask('POST', '/rest/api/2/search', { body: query, missing: true })) ??
        (await ask('POST', '/rest/api/3/search/jql', { body: query }));
      return textAt(answer, 'issues', 0, 'key');
    },
    async create(mark, text) {
      const fields = {
        project: { key: project },
        issuetype: { name: issueType },
        summary: text.title,
        description: quoted(text),
        labels: ['assay', mark],
      };
      return requireText(textAt(await ask('POST', '/rest/api/2/issue', { body: { fields } }), 'key'));
    },
    async isOpen(ticket) {
      return textAt(await ask('GET', `${issue(ticket)}?fields=status`), 'fields', 'status', 'statusCategory', 'key') !== 'done';
    },
    note: async (ticket, text) => void (await ask('POST', `${issue(ticket)}/comment`, { body: { body: `${quoted(text, true)}` } })),
    async move(ticket, open) {
      const answer = (await ask('GET', `${issue(ticket)}/transitions`)) as { transitions?: unknown };
      const ways = Array.isArray(answer.transitions) ? (answer.transitions as unknown[]) : [];
      const way = ways.find((one) => (textAt(one, 'to', 'statusCategory', 'key') === 'done') !== open);
      if (way === undefined)
        throw new Error(`Jira has no transition that ${open ? 'opens' : 'closes'} ${ticket}; give the project's workflow one`);
      await ask('POST', `${issue(ticket)}/transitions`, { body: { transition: { id: textAt(way, 'id') } } });
    },
  };
}

/** Nothing inside is read as markup. */
function quoted({ title, lines }: PlainText, withTitle = false): string {
  const text = [...(withTitle ? [title] : []), ...lines].join('\n');
  return `{noformat}\n${text.replaceAll('{noformat}', '{ noformat }')}\n{noformat}`;
}
