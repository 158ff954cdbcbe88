type Value = readonly [tag: number, type: number, values: readonly (string | number)[]];

/** An RPM header blob with these tags in this order: type 4 is INT32, 6 STRING, 8 STRING_ARRAY. */
export function encodeHeader(values: readonly Value[]): Buffer {
  const index: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [tag, type, items] of values) {
    const parts = items.map((item) => (typeof item === 'string' ? Buffer.from(`${item}\0`) : int32(item)));
    const padding = Buffer.alloc(type === 4 ? (4 - (offset % 4)) % 4 : 0);
    offset += padding.length;
    index.push(Buffer.concat([int32(tag), int32(type), int32(offset), int32(items.length)]));
    const content = Buffer.concat(parts);
    data.push(padding, content);
    offset += content.length;
  }
  return Buffer.concat([int32(values.length), int32(offset), ...index, ...data]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
