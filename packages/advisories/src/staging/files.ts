import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

let serial = 0;

/** A name in `folder` that no other writer uses at this moment; files left by a killed process are swept later. */
function temporaryName(folder: string): string {
  serial += 1;
  return join(folder, `tmp-${process.pid}-${serial}`);
}

/**
 * Writes a stream under a name that appears only when all bytes are on disk. `finalName` gets the SHA-256 (hex) of the bytes.
 * On any failure nothing is left under the final name.
 */
export async function writeWhole(
  folder: string,
  chunks: AsyncIterable<Uint8Array>,
  finalName: (sha256: string) => string,
): Promise<{ readonly file: string; readonly sha256: string; readonly bytes: number }> {
  await mkdir(folder, { recursive: true });
  const temporary = temporaryName(folder);
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(temporary, 'wx');
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      await handle.writeFile(chunk);
    }
    await handle.sync();
    await handle.close();
    const sha256 = hash.digest('hex');
    const file = join(folder, finalName(sha256));
    await rename(temporary, file);
    await syncFolder(dirname(file));
    return { file, sha256, bytes };
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A rename survives a power cut only when its folder was synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The JSON value in a file; undefined when the file is absent or not JSON. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
