import { RESOURCE_KIND } from '@assay/core/finding.ts';
import { chunkCipher, damaged, firstFrame, readHeader } from '@assay/formats/encrypted/container.ts';
import type { Transaction } from '../db/pool.ts';
import { nameOfCode } from '../findings/code-name.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { StoredKey } from '../keys/key-store.ts';
import type { ObjectPlace, ObjectStore } from '../objects/object-store.ts';
import { placeOf } from './export-names.ts';
import type { StoredExport } from './export-store.ts';
import { documentName } from './sbom-resources.ts';

/** Where a download goes on: at a chunk. JSON. */
export interface DownloadPlace {
  readonly offset: number;
  readonly index: number;
}

const HEAD_BYTES = 17 * 1024;
/** Two chunks of a megabyte and their frames. */
const PIECE_BYTES = 2 * 1024 * 1024 + 64 * 1024;

/** The object that is asked for; undefined when the question does not fit the export. */
export async function downloadPlace(tx: Transaction, one: StoredExport, resourceId: string | undefined): Promise<ObjectPlace | undefined> {
  const place = placeOf(one);
  if (one.kind === 'FINDINGS_REPORT') return resourceId === undefined ? place : undefined;
  if (resourceId === undefined) return undefined;
  const { rows } = await tx.query<{ account: number; id: number; kind: number; arn: string }>(
    'select account, id, kind, arn from resource where account = any ($1::bigint[]) and arn = $2 order by account limit 1',
    [one.accounts, resourceId],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return { bucket: place.bucket, key: `${place.key}/${documentName({ ...row, kind: nameOfCode(RESOURCE_KIND, row.kind) })}` };
}

export interface DownloadSource {
  readonly objects: ObjectStore;
  readonly keys: KeyRing;
  readonly key: StoredKey;
}

/** The next chunks of an encrypted object in plain text. Undefined when the object is gone. @throws AssayError `damaged`, `key-refused` */
export async function readDownload(
  { objects, keys, key }: DownloadSource,
  place: ObjectPlace,
  from: DownloadPlace | undefined,
): Promise<{ readonly plain: Buffer; readonly next: DownloadPlace | undefined } | undefined> {
  const start = await bytesOf(objects, place, { offset: 0, length: HEAD_BYTES });
  if (start === undefined) return undefined;
  const read = readHeader(start);
  if (read === undefined) throw damaged('ends too early');
  const dataKey = await keys.unwrap(key, read.header.wrappedKey, read.header.context);
  const cipher = chunkCipher(start.subarray(0, read.length), dataKey);
  let { offset, index } = from ?? { offset: read.length, index: 0 };
  let bytes = (await bytesOf(objects, place, { offset, length: PIECE_BYTES })) ?? Buffer.alloc(0);
  const plain: Buffer[] = [];
  for (let frame = firstFrame(bytes); frame !== undefined; frame = firstFrame(bytes)) {
    plain.push(cipher.open(frame.bytes, { index, last: frame.last }));
    if (frame.last) return { plain: Buffer.concat(plain), next: undefined };
    bytes = bytes.subarray(frame.bytes.length);
    offset += frame.bytes.length;
    index++;
  }
  if (plain.length === 0) throw damaged('ends too early');
  return { plain: Buffer.concat(plain), next: { offset, index } };
}

async function bytesOf(objects: ObjectStore, place: ObjectPlace, range: { offset: number; length: number }): Promise<Buffer | undefined> {
  const source = await objects.read(place, range);
  if (source === undefined) return undefined;
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}
