import { type Entry, fromFd, type ZipFile } from 'yauzl';
import { ArchiveMeter, archiveError, checkFileSize } from './limits.ts';
import type { ArchiveFile, WalkOptions } from './tar.ts';

/** Regular files of a zip, in the order of its directory, that `wants` selects. Reads from an open file descriptor, which it closes. */
export async function* walkZip(fd: number, options: WalkOptions): AsyncGenerator<ArchiveFile> {
  const zip = await open(fd);
  const meter = new ArchiveMeter(options.limits, options.packedBytes);
  try {
    for (;;) {
      const entry = await nextEntry(zip);
      if (entry === undefined) return;
      meter.entry();
      if (entry.fileName.endsWith('/') || !options.wants(entry.fileName)) continue;
      checkFileSize(entry.fileName, entry.uncompressedSize, options.limits);
      meter.unpacked(entry.uncompressedSize);
      yield { path: entry.fileName, bytes: await readEntry(zip, entry) };
    }
  } finally {
    zip.close();
  }
}

function open(fd: number): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    // yauzl refuses absolute names and `..` by itself and checks sizes while it inflates.
    fromFd(fd, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error) reject(archiveError('The download is not a readable zip archive; download it again.', error));
      else resolve(zip);
    });
  });
}

function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const off = () => {
      zip.removeListener('entry', onEntry);
      zip.removeListener('end', onEnd);
      zip.removeListener('error', onError);
    };
    const onEntry = (entry: Entry) => {
      off();
      resolve(entry);
    };
    const onEnd = () => {
      off();
      resolve(undefined);
    };
    const onError = (error: Error) => {
      off();
      reject(archiveError('The zip archive is damaged; download it again.', error));
    };
    zip.on('entry', onEntry);
    zip.on('end', onEnd);
    zip.on('error', onError);
    zip.readEntry();
  });
}

function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(archiveError(`${entry.fileName} in the zip archive is damaged; download it again.`, error));
    zip.openReadStream(entry, (error, stream) => {
      if (error) return fail(error);
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', fail);
      stream.on('end', () => resolve(Buffer.concat(chunks)));
    });
  });
}
