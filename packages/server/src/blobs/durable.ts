import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** The file appears whole or not at all; it and its name are on disk when this returns, so a row that names it may be committed. */
export async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const staging = `${file}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    const handle = await open(staging, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(staging, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(staging, { force: true });
    throw error;
  }
}

/** The names in a folder, on disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
