import { createReadStream, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { walkFolder } from './folder.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits, archiveError, checkFileSize } from './limits.ts';
import { type ArchiveFile, walkTar } from './tar.ts';
import { walkZip } from './zip.ts';

export interface PackedFile {
  readonly file: string;
  readonly packing: 'zip' | 'tar.gz' | 'gzip' | 'plain' | 'folder';
  /** Path given to the one file of a `plain` or `gzip` packing. */
  readonly path?: string;
  /** Leading folders to take off. */
  readonly strip?: 0 | 1;
}

/** The wanted files of one stored packing, one after another. Archives inside archives stay closed. */
export async function* openPacked(
  packed: PackedFile,
  wants: (path: string) => boolean,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): AsyncGenerator<ArchiveFile> {
  const strip = packed.strip ?? 0;
  const inner = (path: string) => (strip === 1 ? path.slice(path.indexOf('/') + 1) : path.replace(/^\.\//, ''));
  const packedBytes = packed.packing === 'folder' ? undefined : (await stat(packed.file)).size;
  const options = { limits, wants: (path: string) => wants(inner(path)), ...(packedBytes === undefined ? {} : { packedBytes }) };
  if (packed.packing === 'folder') {
    yield* walkFolder(packed.file, { ...options, wants });
    return;
  }
  if (packed.packing === 'plain' || packed.packing === 'gzip') {
    const path = packed.path ?? '';
    if (wants(path)) yield { path, bytes: await readWhole(packed.file, packed.packing, limits) };
    return;
  }
  const files = packed.packing === 'zip' ? walkZip(openSync(packed.file, 'r'), options) : walkTar(gunzip(packed.file), options);
  for await (const file of files) yield { path: inner(file.path), bytes: file.bytes };
}

async function* gunzip(file: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  const inflate = createGunzip({ chunkSize: 256 * 1024 });
  source.on('error', (error) => inflate.destroy(error));
  try {
    for await (const chunk of source.pipe(inflate)) yield chunk as Uint8Array;
  } catch (error) {
    throw archiveError('The gzip stream is damaged or incomplete; download it again.', error);
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

async function readWhole(file: string, packing: 'plain' | 'gzip', limits: ArchiveLimits): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const stream: AsyncIterable<Uint8Array> = packing === 'gzip' ? gunzip(file) : createReadStream(file);
  for await (const chunk of stream) {
    bytes += chunk.length;
    checkFileSize('The download', bytes, limits);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
