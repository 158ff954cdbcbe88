import { webAddress } from '../../config.ts';
import { FOR_PEOPLE, requireTaken, type Sink } from '../../sink.ts';
import { textOf } from '../../text.ts';

/** Blocks that Slack takes in one post are 50; shorter posts are read. */
const IN_ONE_POST = 20;

/** Posts to an incoming webhook, whose address is the secret. */
export const slack: Sink = {
  id: 'slack',
  config: {},
  secret: { about: 'the address of the incoming webhook', required: true, check: webAddress },
  modes: ['GROUPED', 'EACH', 'HOURLY_DIGEST', 'DAILY_DIGEST'],
  kinds: FOR_PEOPLE,
  async deliver(_config, batch, ctx) {
    for (let at = 0; at < batch.messages.length; at += IN_ONE_POST) {
      const texts = batch.messages.slice(at, at + IN_ONE_POST).map(textOf);
      const blocks = texts.map(({ title, lines }) => ({
        type: 'section',
        text: { type: 'mrkdwn', text: [`*${escaped(title)}*`, ...lines.map(escaped)].join('\n').slice(0, 3000) },
      }));
      const body = JSON.stringify({ text: escaped(texts[0]?.title ?? ''), blocks });
      requireTaken(await ctx.send({ url: ctx.secret, headers: { 'content-type': 'application/json' }, body }, ctx.signal));
    }
  },
};

/** Slack's three characters, and the marks that would format: what others wrote links, mentions and formats nothing. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`]/g, '\u200b$&');
}
