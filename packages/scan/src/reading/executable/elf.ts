import type { ByteSource } from '../byte-source.ts';
import { type ExecutableImage, insideFile, MAX_HEADERS, type Segment } from './image.ts';

const PT_LOAD = 1;
const PF_W = 2;

const HEADER = 64;
/** Names of all sections; those of kernels with a section for each function have half of it. */
const MAX_NAMES = 1 << 20;

/** Fields of a table in a 32 or 64 bit file of either byte order. */
interface Layout {
  u16(at: number): number;
  u32(at: number): number;
  /** A word of the file's class. */
  word(at: number): number;
}

interface Elf {
  readonly file: ByteSource;
  readonly wide: boolean;
  readonly header: Layout;
  table(offset: number, size: number): Layout;
}

export function isElf(head: Buffer): boolean {
  return head.length >= 52 && head.readUInt32BE(0) === 0x7f454c46;
}

/** Segments and the Go section of an ELF file (System V ABI, chapters 4 and 5). Throws RangeError where its headers lie outside it. */
export function readElf(file: ByteSource): ExecutableImage {
  const head = file.read(0, HEADER);
  const wide = head[4] === 2;
  const little = head[5] !== 2;
  const layoutOf = (bytes: Buffer): Layout => ({
    u16: (at) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    u32: (at) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
    word: (at) =>
      wide
        ? Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
        : little
          ? bytes.readUInt32LE(at)
          : bytes.readUInt32BE(at),
  });
  const elf: Elf = { file, wide, header: layoutOf(head), table: (offset, size) => layoutOf(file.read(offset, size)) };
  const loads = programHeaders(elf);
  const section = goSection(elf);
  const writable = loads.filter((load) => load.writable);
  return { goBuildInfo: insideFile(file, section === undefined ? writable : [section]), segments: insideFile(file, loads) };
}

function programHeaders({ header, wide, table }: Elf): (Segment & { writable: boolean })[] {
  const size = header.u16(wide ? 54 : 42);
  const count = Math.min(header.u16(wide ? 56 : 44), MAX_HEADERS);
  const layout = table(header.word(wide ? 32 : 28), size * count);
  const loads: (Segment & { writable: boolean })[] = [];
  for (let index = 0; index < count; index++) {
    const at = index * size;
    if (layout.u32(at) !== PT_LOAD) continue;
    loads.push({
      writable: (layout.u32(at + (wide ? 4 : 24)) & PF_W) !== 0,
      offset: layout.word(at + (wide ? 8 : 4)),
      address: layout.word(at + (wide ? 16 : 8)),
      size: layout.word(at + (wide ? 32 : 16)),
    });
  }
  return loads;
}

/** Section `.go.buildinfo`; undefined when sections are stripped. */
function goSection({ file, header, wide, table }: Elf): Segment | undefined {
  const start = header.word(wide ? 40 : 32);
  const size = header.u16(wide ? 58 : 46);
  const count = Math.min(header.u16(wide ? 60 : 48), MAX_HEADERS);
  if (start === 0 || count === 0) return undefined;
  const layout = table(start, size * count);
  const headerOf = (index: number): Segment & { name: number } => {
    const at = index * size;
    return {
      name: layout.u32(at),
      address: layout.word(at + (wide ? 16 : 12)),
      offset: layout.word(at + (wide ? 24 : 16)),
      size: layout.word(at + (wide ? 32 : 20)),
    };
  };
  try {
    const which = headerOf(header.u16(wide ? 62 : 50));
    const names = file.read(which.offset, Math.min(which.size, MAX_NAMES));
    for (let index = 0; index < count; index++) {
      const section = headerOf(index);
      if (names.toString('latin1', section.name, section.name + 14) === '.go.buildinfo\0') return section;
    }
  } catch (error) {
    // Cut-off or lying section headers are what stripping tools leave; the program headers still tell.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}
