import { AWS_CONFIG, AWS_SECRET, sdkSettings } from '../../aws.ts';
import { matching } from '../../config.ts';
import type { SinkMessage } from '../../message.ts';
import type { Sink } from '../../sink.ts';
import { amazonDates } from './dates.ts';

/** Limits of PutEvents: entries, and bytes of all of them together. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024 - 8 * 1024;

/** PutEvents with the detail-types of Inspector, and `Assay …` for what Inspector has no event for. */
export const eventbridge: Sink = {
  id: 'eventbridge',
  config: {
    ...AWS_CONFIG,
    eventBus: {
      about: 'name or ARN of the bus, default `default`',
      check: matching(/^[A-Za-z0-9/._:-]{1,1600}$/, 'name or ARN of an event bus'),
    },
    // AWS refuses sources that begin with `aws.` from everybody but itself; what only speaks like it may take `aws.inspector2`.
    source: { about: 'the source of the events, default `assay.inspector2`', check: matching(/^[A-Za-z0-9._-]{1,256}$/, 'a name') },
  },
  secret: AWS_SECRET,
  modes: ['EACH'],
  async deliver(config, batch, ctx) {
    const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
    const client = new EventBridgeClient(sdkSettings(config, ctx));
    const { source = 'assay.inspector2', eventBus = 'default' } = config;
    for (const events of inPieces(batch.messages.flatMap(eventOf))) {
      const entries = events.map(({ type, detail, resources, at }) => ({
        ...{ Source: source, EventBusName: eventBus, DetailType: type, Detail: detail, Resources: resources, Time: new Date(at) },
      }));
      const { FailedEntryCount = 0, Entries = [] } = await client.send(new PutEventsCommand({ Entries: entries }), {
        abortSignal: ctx.signal,
      });
      const codes = new Set(Entries.flatMap(({ ErrorCode }) => ErrorCode ?? []));
      if (FailedEntryCount > 0)
        throw new Error(`EventBridge refused ${FailedEntryCount} of ${entries.length} events: ${[...codes].join(', ')}`);
    }
  },
};

interface BusEvent {
  readonly type: string;
  /** JSON. */
  readonly detail: string;
  readonly resources: string[];
  readonly at: string;
}

const SERVICE_TYPES: Readonly<Record<string, string>> = { COVERAGE: 'Inspector2 Coverage', SCAN_COMPLETE: 'Inspector2 Scan' };

function eventOf(message: SinkMessage): BusEvent[] {
  const { at } = message;
  if (message.type === 'finding') {
    // A finding that was removed since cannot be told whole; the event of its removal was its closing.
    if (message.detail === null) return [];
    return [{ type: 'Inspector2 Finding', detail: detailText(message.detail), resources: [message.resource.id], at }];
  }
  if (message.type === 'service') {
    const autoEnable = 'AutoEnableStatus' in message.body;
    const type = SERVICE_TYPES[message.kind] ?? (autoEnable ? 'Inspector2 AutoEnable' : `Assay ${message.kind}`);
    const amazons = type.startsWith('Inspector2 ');
    const detail = amazons ? message.body : { subject: message.subject, actor: message.actor, ...message.body };
    return [{ type, detail: JSON.stringify(detail), resources: [message.subject], at }];
  }
  return [{ type: 'Assay Test', detail: JSON.stringify(message), resources: [], at }];
}

/** Cuts the only list that has no bound when the event would be too large to be taken. */
function detailText(finding: Readonly<Record<string, unknown>>): string {
  const detail = amazonDates(finding) as Record<string, unknown>;
  const text = JSON.stringify(detail);
  if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  const packages = detail['packageVulnerabilityDetails'] as { vulnerablePackages?: unknown[] } | undefined;
  const cut = { ...packages, vulnerablePackages: packages?.vulnerablePackages?.slice(0, 50) };
  return JSON.stringify({ ...detail, packageVulnerabilityDetails: cut });
}

function* inPieces(events: readonly BusEvent[]): Generator<BusEvent[]> {
  let piece: BusEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.detail) + event.type.length + event.resources.join('').length + 100;
    if (piece.length === MOST_ENTRIES || (piece.length > 0 && bytes + size > MOST_BYTES)) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(event);
    bytes += size;
  }
  if (piece.length > 0) yield piece;
}
