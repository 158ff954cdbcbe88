import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { Advisory, Enrichment } from '@assay/core/advisory.ts';
import { AssayError } from '@assay/core/errors.ts';
import { writeWhole } from './files.ts';

/**
 * The parsed records of a feed, kept as one zstd stream of JSON lines: an unchanged feed is never parsed again,
 * and a feed counts only when it was parsed to its end.
 */

const BATCH_BYTES = 256 * 1024;

export async function writeItems(
  folder: string,
  name: string,
  items: AsyncIterable<Advisory | Enrichment>,
): Promise<{ readonly file: string; readonly bytes: number }> {
  return writeWhole(folder, compressed(items), () => name);
}

/** The streams begin to flow only when somebody listens: an error before that would have nobody to go to. */
async function* compressed(items: AsyncIterable<Advisory | Enrichment>): AsyncGenerator<Buffer> {
  const compress = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
    chunkSize: BATCH_BYTES,
  });
  const source = Readable.from(batches(items), { objectMode: false });
  source.on('error', (error) => compress.destroy(error));
  try {
    for await (const chunk of source.pipe(compress)) yield chunk as Buffer;
  } finally {
    source.destroy();
    compress.destroy();
  }
}

async function* batches(items: AsyncIterable<Advisory | Enrichment>): AsyncGenerator<Buffer> {
  let lines: string[] = [];
  let length = 0;
  for await (const item of items) {
    const line = JSON.stringify(item);
    lines.push(line);
    length += line.length;
    if (length < BATCH_BYTES) continue;
    yield Buffer.from(`${lines.join('\n')}\n`);
    lines = [];
    length = 0;
  }
  if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`);
}

export async function* readItems<Item extends Advisory | Enrichment>(file: string): AsyncGenerator<Item> {
  const source = createReadStream(file, { highWaterMark: BATCH_BYTES });
  const inflate = createZstdDecompress({ chunkSize: BATCH_BYTES });
  source.on('error', (error) => inflate.destroy(error));
  let rest: Buffer[] = [];
  try {
    for await (const data of source.pipe(inflate)) {
      const chunk = data as Buffer;
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        const line =
          rest.length === 0 ? chunk.toString('utf8', start, end) : Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8');
        rest = [];
        start = end + 1;
        yield JSON.parse(line) as Item;
      }
      if (start < chunk.length) rest.push(Buffer.from(chunk.subarray(start)));
    }
  } catch (error) {
    throw new AssayError('FEED_STAGE_DAMAGED', `The staged file ${file} is damaged; delete it and update again.`, { cause: error });
  } finally {
    source.destroy();
    inflate.destroy();
  }
}
