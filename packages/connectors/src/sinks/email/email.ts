import { isIP } from 'node:net';
import { hostName, matching, oneOf, portNumber } from '../../config.ts';
import { FOR_PEOPLE, type Sink, type SinkConfig, type SinkContext } from '../../sink.ts';
import { type PlainText, textOf } from '../../text.ts';

const ADDRESS = /^[^\s<>,;:"\\()[\]@]{1,64}@[A-Za-z0-9.-]{1,253}$/;
const addresses = (text: string): string[] => text.split(',').map((one) => one.trim());

/** One mail a batch, plain text, over SMTP. */
export const email: Sink = {
  id: 'email',
  config: {
    host: { about: 'the SMTP server', required: true, check: hostName },
    port: { about: 'default 465 with tls, else 587', check: portNumber },
    security: { about: 'tls, starttls (the default) or none', check: oneOf('tls', 'starttls', 'none') },
    username: { about: 'whom to sign in as; the secret is the password' },
    from: { about: 'the sender', required: true, check: matching(ADDRESS, 'a mail address') },
    to: {
      about: 'receivers, comma separated',
      required: true,
      check: (text) =>
        addresses(text).length <= 50 && addresses(text).every((one) => ADDRESS.test(one)) ? undefined : 'must be at most 50 mail addresses',
    },
  },
  secret: { about: 'the password at the SMTP server' },
  modes: ['DAILY_DIGEST', 'HOURLY_DIGEST', 'GROUPED', 'EACH'],
  kinds: FOR_PEOPLE,
  async deliver(config, batch, ctx) {
    const texts = batch.messages.map(textOf);
    const { text, subject } = mailOf(texts);
    const transport = await connect(config, ctx);
    try {
      const sent = await transport.sendMail({
        from: config['from'] ?? '',
        to: addresses(config['to'] ?? ''),
        subject,
        text,
        // The same delivery again has the same id, so that mail programs show it once.
        messageId: `<${batch.delivery}@assay>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      if (sent.rejected.length > 0) throw new Error(`the server refused ${sent.rejected.length} of the receivers`);
    } finally {
      transport.close();
    }
  },
};

async function connect(config: SinkConfig, ctx: SinkContext) {
  const { createTransport } = await import('./mailer.ts');
  const host = config['host'] ?? '';
  const security = config['security'] ?? 'starttls';
  const user = config['username'] ?? '';
  return createTransport({
    host: await ctx.addressOf(host),
    port: Number(config['port'] ?? (security === 'tls' ? 465 : 587)),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(isIP(host) === 0 ? { tls: { servername: host } } : {}),
    ...(user === '' ? {} : { auth: { user, pass: ctx.secret } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function mailOf(texts: readonly PlainText[]): { subject: string; text: string } {
  const [first] = texts;
  const subject = texts.length > 1 ? `${first?.title ?? ''} (and ${texts.length - 1} more)` : (first?.title ?? '');
  return { subject, text: texts.map(({ title, lines }) => [title, ...lines.map((line) => `  ${line}`)].join('\n')).join('\n\n') };
}
