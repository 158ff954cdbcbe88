import { type ByteSource, sliceOf } from '../byte-source.ts';
import { type ExecutableImage, insideFile, MAX_HEADERS, type Segment } from './image.ts';

const LC_SEGMENT = 0x1;
const LC_SEGMENT_64 = 0x19;

const THIN = new Map([
  [0xfeedface, { wide: false, little: false }],
  [0xfeedfacf, { wide: true, little: false }],
  [0xcefaedfe, { wide: false, little: true }],
  [0xcffaedfe, { wide: true, little: true }],
]);

/** Load commands beyond this are not looked at; Apple's own programs stay below 100 kB. */
const MAX_COMMAND_BYTES = 4 << 20;

export function isMachO(head: Buffer): boolean {
  return head.length >= 32 && THIN.has(head.readUInt32BE(0));
}

/** Parts of a universal binary, one for each architecture; the whole file when it is not universal. */
export function universalParts(file: ByteSource): ByteSource[] {
  const head = file.read(0, 8);
  if (head.length < 8) return [];
  const magic = head.readUInt32BE(0);
  if (magic !== 0xcafebabe && magic !== 0xcafebabf) return [file];
  const each = magic === 0xcafebabf ? 32 : 20;
  const table = file.read(8, Math.min(head.readUInt32BE(4), 16) * each);
  const parts: ByteSource[] = [];
  for (let at = 0; at + each <= table.length; at += each) {
    const offset = each === 32 ? Number(table.readBigUInt64BE(at + 8)) : table.readUInt32BE(at + 8);
    const size = each === 32 ? Number(table.readBigUInt64BE(at + 16)) : table.readUInt32BE(at + 12);
    if (offset >= 8 && offset < file.length) parts.push(sliceOf(file, offset, size));
  }
  return parts;
}

/** Segments and the Go section of a Mach-O image (Apple's mach-o/loader.h). Throws RangeError where its headers lie outside it. */
export function readMachO(file: ByteSource): ExecutableImage {
  const head = file.read(0, 32);
  const { wide, little } = THIN.get(head.readUInt32BE(0))!;
  const bytes = file.read(0, 32 + Math.min(little ? head.readUInt32LE(20) : head.readUInt32BE(20), MAX_COMMAND_BYTES));
  const u32 = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const u64 = (at: number): number => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  const segments: Segment[] = [];
  const data: Segment[] = [];
  const sections: Segment[] = [];
  const count = Math.min(u32(16), MAX_HEADERS);
  for (let index = 0, at = wide ? 32 : 28; index < count; index++) {
    const command = u32(at);
    const length = u32(at + 4);
    if (length < 8) break;
    if (command === LC_SEGMENT_64 || command === LC_SEGMENT) {
      const is64 = command === LC_SEGMENT_64;
      const segment = is64
        ? { address: u64(at + 24), offset: u64(at + 40), size: u64(at + 48) }
        : { address: u32(at + 24), offset: u32(at + 32), size: u32(at + 36) };
      segments.push(segment);
      if (nameAt(bytes, at + 8) === '__DATA') data.push(segment);
      const first = at + (is64 ? 72 : 56);
      const sectionCount = Math.min(u32(at + (is64 ? 64 : 48)), MAX_HEADERS);
      for (let which = 0; which < sectionCount; which++) {
        const section = first + which * (is64 ? 80 : 68);
        if (section + (is64 ? 80 : 68) > at + length || nameAt(bytes, section) !== '__go_buildinfo') continue;
        sections.push(
          is64
            ? { address: u64(section + 32), size: u64(section + 40), offset: u32(section + 48) }
            : { address: u32(section + 32), size: u32(section + 36), offset: u32(section + 40) },
        );
      }
    }
    at += length;
  }
  return { goBuildInfo: insideFile(file, sections.length > 0 ? sections : data), segments: insideFile(file, segments) };
}

function nameAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 16).replace(/\0+$/, '');
}
