import type { Cataloger } from '../cataloger.ts';
import { EntryListWriter } from '../layers/entry-list.ts';
import { compileMatcher, isExecutableFile, type Matcher } from '../matcher.ts';
import { Extractor } from './extractor.ts';
import { FRAME, FrameReader, MAX_FRAME, writeFrame } from './frames.ts';
import { frameInput, InputAborted, rangeInput } from './input.ts';
import { readLayer } from './layer-reader.ts';
import { LayerSink } from './layer-sink.ts';
import { PickSink } from './pick-sink.ts';
import type { ReaderCommand, ReaderLimits, ReaderMessage } from './protocol.ts';

interface Reader {
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
  const reader: Reader = {
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
    else if (command.op === 'files') files(reader, command.limits);
  }
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

async function layer(reader: Reader, command: Extract<ReaderCommand, { op: 'layer' }>): Promise<void> {
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

/** Loose files, each read as it comes; the sender has already chosen them and knows their companions. */
function files(reader: Reader, limits: ReaderLimits): void {
  const extractor = new Extractor(reader.catalogers, reader.send, limits.maxFacts);
  let room = Buffer.allocUnsafeSlow(1 << 20);
  let count = 0;
  let bytes = 0;
  for (;;) {
    const frame = reader.frames.next();
    if (frame === undefined) return;
    const command = JSON.parse(frame.payload.toString('utf8')) as ReaderCommand;
    if (command.op !== 'file') {
      reader.send({ t: 'done', packed: bytes, unpacked: bytes, entries: count });
      return;
    }
    const total = (command.companions ?? []).reduce((sum, [, size]) => sum + size, command.size);
    if (total > room.length) room = Buffer.allocUnsafeSlow(total);
    const all = room.subarray(0, total);
    let fill = 0;
    for (const piece of frameInput(reader.frames)) fill += piece.copy(all, fill);
    const file = { path: command.path, mode: command.mode, bytes: all.subarray(0, command.size) };
    const companions = new Map<string, Buffer>();
    let at = command.size;
    for (const [name, size] of command.companions ?? []) {
      companions.set(name, all.subarray(at, at + size));
      at += size;
    }
    const selected = reader.matcher.match(command.path);
    const indexes =
      selected.length === 0 && isExecutableFile(file.bytes.subarray(0, 18), file.mode, file.path) ? reader.matcher.magic : selected;
    const fitting = indexes.filter((index) => file.bytes.length <= (reader.catalogers[index] as Cataloger).wants.maxBytes);
    extractor.extract(fitting, companions.size === 0 ? file : { ...file, companions });
    count++;
    bytes += all.length;
  }
}
