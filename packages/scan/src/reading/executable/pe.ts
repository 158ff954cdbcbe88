import { type ExecutableImage, insideFile, type Segment } from './image.ts';

const WRITABLE = 0x80000000;
const INITIALIZED = 0x40;
const MAX_SECTIONS = 96;

export function isPe(bytes: Buffer): boolean {
  return bytes.length >= 64 && bytes[0] === 0x4d && bytes[1] === 0x5a;
}

/** Sections of a PE image (Microsoft's PE format); Go's linker has no section of its own there and uses the writable data. */
export function readPe(bytes: Buffer): ExecutableImage {
  const header = bytes.readUInt32LE(0x3c);
  if (bytes.readUInt32LE(header) !== 0x4550) return { goBuildInfo: [], segments: [] };
  const count = Math.min(bytes.readUInt16LE(header + 6), MAX_SECTIONS);
  const optional = header + 24;
  const wide = bytes.readUInt16LE(optional) === 0x20b;
  const base = wide ? Number(bytes.readBigUInt64LE(optional + 24)) : bytes.readUInt32LE(optional + 28);
  const table = optional + bytes.readUInt16LE(header + 20);
  const segments: Segment[] = [];
  const data: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const at = table + index * 40;
    const segment = { address: base + bytes.readUInt32LE(at + 12), size: bytes.readUInt32LE(at + 16), offset: bytes.readUInt32LE(at + 20) };
    const flags = bytes.readUInt32LE(at + 36);
    segments.push(segment);
    if ((flags & WRITABLE) !== 0 && (flags & INITIALIZED) !== 0) data.push(segment);
  }
  return { goBuildInfo: insideFile(bytes, data), segments: insideFile(bytes, segments) };
}
