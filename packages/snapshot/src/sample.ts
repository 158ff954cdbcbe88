import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { sampleOsRelease, sampleStatus } from './files.ts';

/** Lays the sample out as a root directory (two files) that a directory scan reads: a Debian 12 without security updates. */
export async function writeSampleRoot(folder: string): Promise<void> {
  await mkdir(join(folder, 'var/lib/dpkg'), { recursive: true });
  await mkdir(join(folder, 'etc'), { recursive: true });
  await writeFile(join(folder, 'var/lib/dpkg/status'), gunzipSync(await readFile(sampleStatus)));
  await writeFile(join(folder, 'etc/os-release'), await readFile(sampleOsRelease));
}
