import type { Cataloger } from '../cataloger.ts';
import { isExecutableFile, type Matcher } from '../matcher.ts';
import { partialBytes } from '../reading/byte-source.ts';
import { Extractor, type Send } from './extractor.ts';
import type { FrameReader } from './frames.ts';
import { frameInput } from './input.ts';
import type { ReaderCommand, ReaderLimits } from './protocol.ts';

interface LooseReader {
  readonly catalogers: readonly Cataloger[];
  readonly matcher: Matcher;
  readonly frames: FrameReader;
  readonly send: Send;
}

type FileCommand = Extract<ReaderCommand, { op: 'file' }>;
type PartsCommand = Extract<ReaderCommand, { op: 'parts' }>;

/** Loose files, each read as it comes; the sender has already chosen them and knows their companions. */
export function readLooseFiles(reader: LooseReader, limits: ReaderLimits): void {
  const extractor = new Extractor(reader.catalogers, reader.send, limits.maxFacts);
  const room = new Room();
  let count = 0;
  let bytes = 0;
  for (;;) {
    const frame = reader.frames.next();
    if (frame === undefined) return;
    const command = JSON.parse(frame.payload.toString('utf8')) as ReaderCommand;
    if (command.op === 'file') {
      const total = (command.companions ?? []).reduce((sum, [, size]) => sum + size, command.size);
      readWhole(reader, extractor, { command, all: room.fill(reader.frames, total) });
      bytes += total;
      count++;
    } else if (command.op === 'parts') {
      const total = command.ranges.reduce((sum, { size }) => sum + size, 0);
      if (readParts(reader, extractor, { command, all: room.fill(reader.frames, total) })) count++;
      bytes += total;
    } else {
      reader.send({ t: 'done', packed: bytes, unpacked: bytes, entries: count });
      return;
    }
  }
}

/** One buffer for all files, as large as the largest. */
class Room {
  #bytes = Buffer.allocUnsafeSlow(1 << 20);

  fill(frames: FrameReader, total: number): Buffer {
    if (total > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(total);
    const all = this.#bytes.subarray(0, total);
    let fill = 0;
    for (const piece of frameInput(frames)) fill += piece.copy(all, fill);
    return all;
  }
}

function readWhole(reader: LooseReader, extractor: Extractor, { command, all }: { command: FileCommand; all: Buffer }): void {
  const file = { path: command.path, mode: command.mode, bytes: all.subarray(0, command.size) };
  const companions = new Map<string, Buffer>();
  let at = command.size;
  for (const [name, size] of command.companions ?? []) {
    companions.set(name, all.subarray(at, at + size));
    at += size;
  }
  const indexes = reader.matcher.match(command.path).filter((index) => file.bytes.length <= reader.catalogers[index]!.wants.maxBytes);
  extractor.extract(indexes, companions.size === 0 ? file : { ...file, companions });
}

/** True when the file has been read; otherwise it comes again with what it lacks. */
function readParts(reader: LooseReader, extractor: Extractor, { command, all }: { command: PartsCommand; all: Buffer }): boolean {
  const { id, path, mode, size } = command;
  let at = 0;
  const parts = command.ranges.map((range) => {
    const bytes = all.subarray(at, at + range.size);
    at += range.size;
    return { offset: range.offset, bytes };
  });
  const executable = parts[0]?.offset === 0 && isExecutableFile(parts[0].bytes.subarray(0, 18), mode, path);
  const file = { path, mode, bytes: Buffer.alloc(0), source: partialBytes(size, parts) };
  const range = executable ? extractor.extractParts(reader.matcher.magic, file) : undefined;
  reader.send({ t: 'need', id, ...(range !== undefined && { range }) });
  return range === undefined;
}
