import { ByteReader } from './byte-reader.ts';
import { type ArchiveLimits, ArchiveMeter, archiveError, checkFileSize } from './limits.ts';

const BLOCK = 512;
/** Extended headers (long names, PAX records) beyond this are an attack, not a name. */
const MAX_HEADER_BYTES = 64 * 1024;

export interface ArchiveFile {
  readonly path: string;
  readonly bytes: Buffer;
}
export interface WalkOptions {
  readonly wants: (path: string) => boolean;
  readonly limits: ArchiveLimits;
  /** Size of the packed archive, for the ratio guard. */
  readonly packedBytes?: number;
}

interface Header {
  readonly path: string;
  readonly size: number;
  readonly type: string;
}

/**
 * Regular files of a tar stream (POSIX ustar, PAX `path`/`size`, GNU long names), in order, that `wants` selects.
 * Links, devices and folders are passed over. Nothing touches the disk. An early end of the stream is an error.
 */
export async function* walkTar(chunks: AsyncIterable<Uint8Array>, options: WalkOptions): AsyncGenerator<ArchiveFile> {
  const reader = new ByteReader(chunks);
  const meter = new ArchiveMeter(options.limits, options.packedBytes);
  let longName: string | undefined;
  let pax: ReadonlyMap<string, string> = new Map();
  try {
    for (;;) {
      const block = await reader.take(BLOCK);
      if (block === undefined) throw archiveError('The archive ends without its end mark; download it again.');
      if (block.every((byte) => byte === 0)) break;
      const header = readHeader(block);
      meter.entry();
      if (header.type === 'x' || header.type === 'L' || header.type === 'g' || header.type === 'K') {
        const body = await takeHeaderBody(reader, header.size);
        if (header.type === 'x') pax = readPax(body);
        if (header.type === 'L') longName = body.toString('utf8').replace(/\0+$/, '');
        continue;
      }
      const path = pax.get('path') ?? longName ?? header.path;
      const size = paxSize(pax) ?? header.size;
      pax = new Map();
      longName = undefined;
      meter.unpacked(size);
      const padding = (BLOCK - (size % BLOCK)) % BLOCK;
      if ((header.type === '0' || header.type === '\0') && options.wants(path)) {
        checkFileSize(path, size, options.limits);
        const bytes = size === 0 ? Buffer.alloc(0) : await reader.take(size);
        if (bytes === undefined) throw archiveError('The archive ends in the middle of an entry; download it again.');
        await reader.skip(padding);
        yield { path, bytes };
      } else await reader.skip(size + padding);
    }
    meter.unpacked(await reader.drain());
  } finally {
    await reader.close();
  }
}

async function takeHeaderBody(reader: ByteReader, size: number): Promise<Buffer> {
  if (size > MAX_HEADER_BYTES) throw archiveError(`The archive has a header of ${size} bytes; it is not a feed archive.`);
  const body = size === 0 ? Buffer.alloc(0) : await reader.take(size);
  if (body === undefined) throw archiveError('The archive ends in the middle of an entry; download it again.');
  await reader.skip((BLOCK - (size % BLOCK)) % BLOCK);
  return body;
}

function text(block: Buffer, start: number, length: number): string {
  const end = block.indexOf(0, start);
  return block.toString('utf8', start, end < 0 || end > start + length ? start + length : end);
}

function readHeader(block: Buffer): Header {
  const stored = Number.parseInt(text(block, 148, 8).trim(), 8);
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (block[i] ?? 0);
  if (sum !== stored) throw archiveError('The archive has a damaged entry header; download it again.');
  const name = text(block, 0, 100);
  // GNU tar keeps times where POSIX keeps the prefix.
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? text(block, 345, 155) : '';
  return { path: prefix === '' ? name : `${prefix}/${name}`, size: readSize(block), type: String.fromCharCode(block[156] ?? 0) };
}

function readSize(block: Buffer): number {
  if (((block[124] ?? 0) & 0x80) !== 0) {
    const size = block.readUIntBE(130, 6);
    if ((block[124] ?? 0) !== 0x80 || block.subarray(125, 130).some((byte) => byte !== 0))
      throw archiveError('The archive has an entry of impossible size.');
    return size;
  }
  const octal = text(block, 124, 12).trim();
  if (!/^[0-7]*$/.test(octal)) throw archiveError('The archive has a damaged entry header; download it again.');
  return octal === '' ? 0 : Number.parseInt(octal, 8);
}

function readPax(body: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(body.toString('latin1', at, space));
    if (!Number.isInteger(length) || length < 5 || at + length > body.length)
      throw archiveError('The archive has a damaged extended header.');
    const record = body.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

function paxSize(pax: ReadonlyMap<string, string>): number | undefined {
  const size = pax.get('size');
  if (size === undefined) return undefined;
  if (!/^[0-9]{1,15}$/.test(size)) throw archiveError('The archive has an entry of impossible size.');
  return Number(size);
}
