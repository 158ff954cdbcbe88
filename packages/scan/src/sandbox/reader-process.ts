import { createHash } from 'node:crypto';
import type { Cataloger } from '../cataloger.ts';
import { EntryListWriter } from '../layers/entry-list.ts';
import { compileMatcher, type Matcher } from '../matcher.ts';
import { Extractor } from './extractor.ts';
import { FRAME, FrameReader, MAX_FRAME, writeFrame } from './frames.ts';
import { frameInput, InputAborted, rangeInput } from './input.ts';
import { readLayer } from './layer-reader.ts';
import { LayerSink } from './layer-sink.ts';
import { readLooseFiles } from './loose-files.ts';
import { PickSink } from './pick-sink.ts';
import type { ReaderCommand, ReaderMessage } from './protocol.ts';

/** What the parts of a reader process share. */
export interface ReaderParts {
  readonly catalogers: readonly Cataloger[];
  readonly matcher: Matcher;
  readonly frames: FrameReader;
  readonly send: (message: ReaderMessage) => void;
  readonly output: number;
}

/**
 * The life of a reader process: commands on descriptor 0, messages on descriptor 1, both blocking (the process has nothing else to do
 * and the decoding loop is synchronous). Ends when its input ends.
 */
export async function runReader(catalogers: readonly Cataloger[]): Promise<void> {
  const reader: ReaderParts = {
    catalogers,
    matcher: compileMatcher(catalogers),
    frames: new FrameReader(0),
    output: 1,
    send: (message) => writeFrame(1, FRAME.json, bounded(message)),
  };
  reader.send({ t: 'ready' });
  for (;;) {
    const frame = reader.frames.next();
    if (frame === undefined) return;
    if (frame.type !== FRAME.json) continue;
    const command = JSON.parse(frame.payload.toString('utf8')) as ReaderCommand;
    if (command.op === 'layer') await layer(reader, command);
    else if (command.op === 'hash') hash(reader, command);
    else if (command.op === 'files') readLooseFiles(reader, command.limits);
  }
}

function hash(reader: ReaderParts, command: Extract<ReaderCommand, { op: 'hash' }>): void {
  const digest = createHash(command.hash);
  let packed = 0;
  for (const piece of rangeInput(command.fd, command.offset, command.length)) {
    digest.update(piece);
    packed += piece.length;
  }
  reader.send({ t: 'done', digest: `${command.hash}:${digest.digest('hex')}`, packed, unpacked: 0, entries: 0 });
}

/** Facts too large to be sent become a gap of their file. */
function bounded(message: ReaderMessage): Buffer {
  const payload = Buffer.from(JSON.stringify(message));
  if (payload.length <= MAX_FRAME / 2 || message.t !== 'facts') return payload;
  const gap: ReaderMessage = {
    t: 'gap',
    code: 'limit-reached',
    message: 'The file says too much.',
    path: message.path,
    cataloger: message.cataloger,
  };
  return Buffer.from(JSON.stringify(gap));
}

async function layer(reader: ReaderParts, command: Extract<ReaderCommand, { op: 'layer' }>): Promise<void> {
  const { limits } = command;
  const extractor = new Extractor(reader.catalogers, reader.send, limits.maxFacts);
  const list = new EntryListWriter((piece) => writeFrame(reader.output, FRAME.data, piece));
  const parts = { matcher: reader.matcher, extractor, list, maxKeptBytes: limits.maxKeptBytes };
  const sink = command.picks === undefined ? new LayerSink(parts) : new PickSink(parts, command.picks);
  const input = command.fd === undefined ? frameInput(reader.frames) : rangeInput(command.fd, command.offset ?? 0, command.length ?? 0);
  try {
    const outcome = await readLayer({
      input,
      sink,
      limits,
      ...(command.hash !== undefined && { hash: command.hash }),
      ...(command.diffHash !== undefined && { diffHash: command.diffHash }),
      gap: (code, message) => extractor.gap(code, message),
    });
    sink.flush();
    reader.send({ t: 'done', ...outcome });
  } catch (error) {
    if (!(error instanceof InputAborted)) throw error;
    reader.send({ t: 'done', packed: 0, unpacked: 0, entries: 0 });
  }
}
