import { webAddress } from '../../config.ts';
import { FOR_PEOPLE, requireTaken, type Sink } from '../../sink.ts';
import { type PlainText, textOf } from '../../text.ts';

/** Teams refuses more than 28 kB. */
const IN_ONE_POST = 8;

/** Posts an adaptive card to a workflow "when a webhook request is received", whose address is the secret. */
export const teams: Sink = {
  id: 'teams',
  config: {},
  secret: { about: 'the address of the workflow', required: true, check: webAddress },
  modes: ['GROUPED', 'EACH', 'HOURLY_DIGEST', 'DAILY_DIGEST'],
  kinds: FOR_PEOPLE,
  async deliver(_config, batch, ctx) {
    for (let at = 0; at < batch.messages.length; at += IN_ONE_POST) {
      const body = JSON.stringify(card(batch.messages.slice(at, at + IN_ONE_POST).map(textOf)));
      requireTaken(await ctx.send({ url: ctx.secret, headers: { 'content-type': 'application/json' }, body }, ctx.signal));
    }
  },
};

function card(texts: readonly PlainText[]): object {
  const block = (text: string, bold: boolean): object => ({
    type: 'TextBlock',
    text: escaped(text),
    wrap: true,
    ...(bold ? { weight: 'bolder' } : {}),
  });
  const body = texts.flatMap(({ title, lines }) => [block(title, true), ...lines.slice(0, 8).map((line) => block(line, false))]);
  const content = { $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4', body };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

/** Text blocks read Markdown, dates in double braces and HTML entities. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!~|<>&-]/g, '\\$&');
}
