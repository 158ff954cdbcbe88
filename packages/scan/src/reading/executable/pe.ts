import type { ByteSource } from '../byte-source.ts';
import { type ExecutableImage, insideFile, type Segment } from './image.ts';

const WRITABLE = 0x80000000;
const INITIALIZED = 0x40;
const MAX_SECTIONS = 96;

export function isPe(head: Buffer): boolean {
  return head.length >= 64 && head[0] === 0x4d && head[1] === 0x5a;
}

/** Sections of a PE image (Microsoft's PE format); Go's linker has no section of its own there and uses the writable data. */
export function readPe(file: ByteSource): ExecutableImage {
  const header = file.read(0, 64).readUInt32LE(0x3c);
  const fixed = file.read(header, 24);
  if (fixed.readUInt32LE(0) !== 0x4550) return { goBuildInfo: [], segments: [] };
  const count = Math.min(fixed.readUInt16LE(6), MAX_SECTIONS);
  const optional = 24;
  const table = optional + fixed.readUInt16LE(20);
  const bytes = file.read(header, table + count * 40);
  const wide = bytes.readUInt16LE(optional) === 0x20b;
  const base = wide ? Number(bytes.readBigUInt64LE(optional + 24)) : bytes.readUInt32LE(optional + 28);
  const segments: Segment[] = [];
  const data: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const at = table + index * 40;
    const segment = { address: base + bytes.readUInt32LE(at + 12), size: bytes.readUInt32LE(at + 16), offset: bytes.readUInt32LE(at + 20) };
    const flags = bytes.readUInt32LE(at + 36);
    segments.push(segment);
    if ((flags & WRITABLE) !== 0 && (flags & INITIALIZED) !== 0) data.push(segment);
  }
  return { goBuildInfo: insideFile(file, data), segments: insideFile(file, segments) };
}
