import { hostName, oneOf, portNumber } from '../../config.ts';
import type { SinkMessage } from '../../message.ts';
import type { Sink } from '../../sink.ts';
import { textOf } from '../../text.ts';
import { sendDatagrams, sendStream } from './transport.ts';

/**
 * RFC 5424 messages over UDP (RFC 5426), TCP (RFC 6587, counted octets) or TLS (RFC 5425). Syslog has no receipt: over TCP and TLS a batch
 * counts as taken when the receiver closed the stream after its last byte, over UDP when it was sent.
 */
export const syslog: Sink = {
  id: 'syslog',
  config: {
    host: { about: 'the receiver', required: true, check: hostName },
    port: { about: 'default 6514 with tls, else 514', check: portNumber },
    transport: { about: 'udp, tcp or tls, the default', check: oneOf('udp', 'tcp', 'tls') },
  },
  modes: ['EACH', 'GROUPED', 'HOURLY_DIGEST', 'DAILY_DIGEST'],
  async deliver(config, batch, ctx) {
    const host = config['host'] ?? '';
    const transport = config['transport'] ?? 'tls';
    const to = { host, address: await ctx.addressOf(host), port: Number(config['port'] ?? (transport === 'tls' ? 6514 : 514)) };
    const messages = batch.messages.map(syslogMessage);
    if (transport === 'udp') await sendDatagrams(to, messages, ctx.signal);
    else await sendStream({ ...to, tls: transport === 'tls' }, messages, ctx.signal);
  },
};

/** Facility 13 (log audit); severities of RFC 5424 6.2.1. */
const FACILITY = 13;
const LEVELS: Readonly<Record<string, number>> = { CRITICAL: 2, HIGH: 3, MEDIUM: 4, LOW: 5 };
/** Characters of a field: a whole message stays below the 8,192 octets that a receiver should take (RFC 5425 4.3.1). */
const MOST_CHARACTERS = 400;

/** One line: header, structured data with what machines look for, text for people. */
export function syslogMessage(message: SinkMessage): Buffer {
  const { title, severity } = textOf(message);
  const level = severity === undefined ? 6 : (LEVELS[severity] ?? 6);
  const kind = 'kind' in message ? `${message.type}-${message.kind}` : message.type;
  const data = Object.entries(fieldsOf(message)).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  const head = `<${FACILITY * 8 + level}>1 ${message.at} assay assay - ${kind.slice(0, 32)} [assay@32473${data.join('')}] `;
  return Buffer.from(`${head}\ufeff${title}`);
}

function fieldsOf(message: SinkMessage): Record<string, string> {
  const always = { account: message.account };
  if (message.type === 'finding') {
    const { finding, vulnerability, resource, seq } = message;
    return {
      ...{ ...always, seq: String(seq), finding: finding.arn, status: finding.status, severity: finding.severity },
      ...{ vulnerability: vulnerability.id, resource: resource.id, repository: resource.repository ?? '' },
    };
  }
  if (message.type === 'service') return { ...always, seq: String(message.seq), subject: message.subject, actor: message.actor };
  if (message.type === 'test') return always;
  const { opened, reopened, closed } = message.counts;
  return { ...always, seq: String(message.seq), opened: String(opened), reopened: String(reopened), closed: String(closed) };
}

/** RFC 5424 6.3.3. */
function escaped(value: string): string {
  return value
    .replace(/[\p{C}]+/gu, ' ')
    .slice(0, MOST_CHARACTERS)
    .replace(/["\\\]]/g, '\\$&');
}
