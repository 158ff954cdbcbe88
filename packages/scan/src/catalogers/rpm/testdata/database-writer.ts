const NDB_SLOTS = 4096;

/** `Packages.db` with one slot page, a blob for each header in order. */
export function writeNdb(headers: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(NDB_SLOTS);
  slots.write('RpmP', 0, 'latin1');
  slots.writeUInt32LE(1, 12);
  for (let at = 32; at < NDB_SLOTS; at += 16) slots.write('Slot', at, 'latin1');
  const blobs: Buffer[] = [];
  let offset = NDB_SLOTS;
  for (const [index, header] of headers.entries()) {
    const size = Math.ceil((header.length + 28) / 16) * 16;
    const blob = Buffer.alloc(size);
    blob.write('BlbS', 0, 'latin1');
    blob.writeUInt32LE(index + 1, 4);
    blob.writeUInt32LE(header.length, 12);
    header.copy(blob, 16);
    blob.write('BlbE', size - 4, 'latin1');
    blobs.push(blob);
    slots.writeUInt32LE(index + 1, 32 + index * 16 + 4);
    slots.writeUInt32LE(offset / 16, 32 + index * 16 + 8);
    slots.writeUInt32LE(size / 16, 32 + index * 16 + 12);
    offset += size;
  }
  return Buffer.concat([slots, ...blobs]);
}

const PAGE = 4096;

/** `Packages` as a Berkeley DB hash of one bucket: the first header inline, the others on chains of overflow pages. */
export function writeBdb(headers: readonly Buffer[]): Buffer {
  const meta = Buffer.alloc(PAGE);
  meta.writeUInt32LE(0x00061561, 12);
  meta.writeUInt32LE(9, 16);
  meta.writeUInt32LE(PAGE, 20);
  meta[25] = 8;
  const hash = Buffer.alloc(PAGE);
  hash[25] = 13;
  const pages = [meta, hash];
  let end = PAGE;
  let entries = 0;
  const item = (bytes: Buffer): void => {
    end -= bytes.length;
    bytes.copy(hash, end);
    hash.writeUInt16LE(end, 26 + entries * 2);
    entries++;
  };
  for (const [index, header] of headers.entries()) {
    item(Buffer.from([1, index + 1, 0, 0, 0]));
    item(index === 0 ? Buffer.concat([Buffer.from([1]), header]) : offPage(header, pages));
  }
  hash.writeUInt16LE(entries, 20);
  return Buffer.concat(pages);
}

function offPage(header: Buffer, pages: Buffer[]): Buffer {
  const reference = Buffer.alloc(12);
  reference[0] = 3;
  reference.writeUInt32LE(pages.length, 4);
  reference.writeUInt32LE(header.length, 8);
  for (let at = 0; at < header.length; at += PAGE - 26) {
    const page = Buffer.alloc(PAGE);
    const part = header.subarray(at, at + PAGE - 26);
    page[25] = 7;
    page.writeUInt16LE(part.length, 22);
    if (at + part.length < header.length) page.writeUInt32LE(pages.length + 1, 16);
    part.copy(page, 26);
    pages.push(page);
  }
  return reference;
}
