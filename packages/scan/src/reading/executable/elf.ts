import { type ExecutableImage, insideFile, MAX_HEADERS, type Segment } from './image.ts';

const PT_LOAD = 1;
const PF_W = 2;

/** Fields of a 32 or 64 bit file of either byte order. */
interface Layout {
  readonly wide: boolean;
  u16(at: number): number;
  u32(at: number): number;
  /** A word of the file's class. */
  word(at: number): number;
}

export function isElf(bytes: Buffer): boolean {
  return bytes.length >= 52 && bytes.readUInt32BE(0) === 0x7f454c46;
}

/** Segments and the Go section of an ELF file (System V ABI, chapters 4 and 5). Throws RangeError where its headers lie outside it. */
export function readElf(bytes: Buffer): ExecutableImage {
  const wide = bytes[4] === 2;
  const little = bytes[5] !== 2;
  const layout: Layout = {
    wide,
    u16: (at) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    u32: (at) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
    word: (at) =>
      wide
        ? Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
        : little
          ? bytes.readUInt32LE(at)
          : bytes.readUInt32BE(at),
  };
  const loads = programHeaders(layout);
  const section = goSection(bytes, layout);
  const writable = loads.filter((load) => load.writable);
  return { goBuildInfo: insideFile(bytes, section === undefined ? writable : [section]), segments: insideFile(bytes, loads) };
}

function programHeaders(layout: Layout): (Segment & { writable: boolean })[] {
  const { wide } = layout;
  const start = layout.word(wide ? 32 : 28);
  const size = layout.u16(wide ? 54 : 42);
  const count = Math.min(layout.u16(wide ? 56 : 44), MAX_HEADERS);
  const loads: (Segment & { writable: boolean })[] = [];
  for (let index = 0; index < count; index++) {
    const at = start + index * size;
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
function goSection(bytes: Buffer, layout: Layout): Segment | undefined {
  const { wide } = layout;
  const start = layout.word(wide ? 40 : 32);
  const size = layout.u16(wide ? 58 : 46);
  const count = Math.min(layout.u16(wide ? 60 : 48), MAX_HEADERS);
  if (start === 0 || count === 0) return undefined;
  const headerOf = (index: number): Segment & { name: number } => {
    const at = start + index * size;
    return {
      name: layout.u32(at),
      address: layout.word(at + (wide ? 16 : 12)),
      offset: layout.word(at + (wide ? 24 : 16)),
      size: layout.word(at + (wide ? 32 : 20)),
    };
  };
  try {
    const names = headerOf(layout.u16(wide ? 62 : 50));
    for (let index = 0; index < count; index++) {
      const section = headerOf(index);
      const at = names.offset + section.name;
      if (bytes.toString('latin1', at, at + 14) === '.go.buildinfo\0') return section;
    }
  } catch (error) {
    // Cut-off or lying section headers are what stripping tools leave; the program headers still tell.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}
