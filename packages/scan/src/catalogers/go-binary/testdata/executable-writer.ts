export type Format = 'elf32le' | 'elf32be' | 'elf64le' | 'elf64be' | 'macho64' | 'macho32be' | 'pe32' | 'pe64';

export interface Executable {
  readonly format: Format;
  /** Texts behind the mark (Go 1.18 and newer) or pointers to string headers (before). */
  readonly style: 'inline' | 'pointers';
  /** Whether the build information has a section of its own; else it lies in the writable data. */
  readonly section: boolean;
  readonly goVersion: string;
  readonly modules: string;
}

const DATA_AT = 0x400;
const ADDRESS = 0x10000;

/** The smallest file of a format whose headers lead to one data segment with Go's build information in it. */
export function executableWith(options: Executable): Buffer {
  const { format } = options;
  const big = format.endsWith('be');
  const wide = format.includes('64');
  const data = buildInfo(options, { big, wide });
  const header = Buffer.alloc(DATA_AT);
  const w = new Writer(header, big, wide);
  if (format.startsWith('elf')) writeElf(w, { size: data.length, section: options.section });
  else if (format.startsWith('macho')) writeMachO(w, { size: data.length, section: options.section });
  else writePe(w, data.length);
  return Buffer.concat([header, data]);
}

class Writer {
  readonly bytes: Buffer;
  readonly big: boolean;
  readonly wide: boolean;
  constructor(bytes: Buffer, big: boolean, wide: boolean) {
    this.bytes = bytes;
    this.big = big;
    this.wide = wide;
  }
  u16(at: number, value: number): void {
    if (this.big) this.bytes.writeUInt16BE(value, at);
    else this.bytes.writeUInt16LE(value, at);
  }
  u32(at: number, value: number): void {
    if (this.big) this.bytes.writeUInt32BE(value, at);
    else this.bytes.writeUInt32LE(value, at);
  }
  word(at: number, value: number): void {
    if (!this.wide) this.u32(at, value);
    else if (this.big) this.bytes.writeBigUInt64BE(BigInt(value), at);
    else this.bytes.writeBigUInt64LE(BigInt(value), at);
  }
}

function buildInfo({ style, goVersion, modules }: Executable, { big, wide }: { big: boolean; wide: boolean }): Buffer {
  const framed = Buffer.concat([Buffer.alloc(16, 0xaa), Buffer.from(modules), Buffer.alloc(16, 0xbb)]);
  const version = Buffer.from(goVersion);
  // Decoys: the mark where it is not aligned, and where nothing valid follows, as in programs that search for it themselves.
  const mark = Buffer.from('\xff Go buildinf:', 'latin1');
  const decoys = Buffer.concat([Buffer.alloc(3), mark, Buffer.alloc(15), mark, Buffer.alloc(18)]);
  const head = Buffer.alloc(32);
  mark.copy(head);
  head[14] = wide ? 8 : 4;
  head[15] = (style === 'inline' ? 2 : 0) | (big ? 1 : 0);
  if (style === 'inline') return Buffer.concat([decoys, head, prefixed(version), prefixed(framed)]);
  const pointer = wide ? 8 : 4;
  const base = ADDRESS + decoys.length + 32;
  const strings = Buffer.alloc(pointer * 4);
  const w = new Writer(strings, big, wide);
  const textAt = base + strings.length;
  w.word(0, textAt);
  w.word(pointer, version.length);
  w.word(pointer * 2, textAt + version.length);
  w.word(pointer * 3, framed.length);
  const h = new Writer(head, big, wide);
  h.word(16, base);
  h.word(16 + pointer, base + pointer * 2);
  return Buffer.concat([decoys, head, strings, version, framed]);
}

function prefixed(text: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = text.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from(length), text]);
}

function writeElf(w: Writer, { size, section }: { size: number; section: boolean }): void {
  const { wide } = w;
  w.bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, w.big ? 2 : 1, 1]);
  const program = 0x80;
  w.word(wide ? 32 : 28, program);
  w.u16(wide ? 54 : 42, wide ? 56 : 32);
  w.u16(wide ? 56 : 44, 1);
  w.u32(program, 1);
  w.u32(program + (wide ? 4 : 24), 2);
  w.word(program + (wide ? 8 : 4), DATA_AT);
  w.word(program + (wide ? 16 : 8), ADDRESS);
  w.word(program + (wide ? 32 : 16), size);
  if (!section) return;
  const table = 0x100;
  const names = 0x300;
  const each = wide ? 64 : 40;
  w.word(wide ? 40 : 32, table);
  w.u16(wide ? 58 : 46, each);
  w.u16(wide ? 60 : 48, 2);
  w.u16(wide ? 62 : 50, 0);
  w.word(table + (wide ? 24 : 16), names);
  w.word(table + (wide ? 32 : 20), 15);
  w.bytes.write('\0.go.buildinfo\0', names, 'latin1');
  w.u32(table + each, 1);
  w.word(table + each + (wide ? 16 : 12), ADDRESS);
  w.word(table + each + (wide ? 24 : 16), DATA_AT);
  w.word(table + each + (wide ? 32 : 20), size);
}

function writeMachO(w: Writer, { size, section }: { size: number; section: boolean }): void {
  const { wide } = w;
  w.u32(0, wide ? 0xfeedfacf : 0xfeedface);
  w.u32(16, 1);
  const at = wide ? 32 : 28;
  const first = at + (wide ? 72 : 56);
  const each = wide ? 80 : 68;
  w.u32(at, wide ? 0x19 : 1);
  w.u32(at + 4, first - at + (section ? each : 0));
  w.u32(20, first - at + (section ? each : 0));
  w.bytes.write('__DATA', at + 8, 'latin1');
  w.word(at + 24, ADDRESS);
  w.word(at + (wide ? 40 : 32), DATA_AT);
  w.word(at + (wide ? 48 : 36), size);
  w.u32(at + (wide ? 64 : 48), section ? 1 : 0);
  if (!section) return;
  w.bytes.write('__go_buildinfo', first, 'latin1');
  w.word(first + 32, ADDRESS);
  w.word(first + (wide ? 40 : 36), size);
  w.u32(first + (wide ? 48 : 40), DATA_AT);
}

function writePe(w: Writer, size: number): void {
  const header = 0x80;
  w.bytes.write('MZ', 0, 'latin1');
  w.u32(0x3c, header);
  w.u32(header, 0x4550);
  w.u16(header + 6, 1);
  const optionalSize = w.wide ? 112 : 96;
  w.u16(header + 20, optionalSize);
  const optional = header + 24;
  w.u16(optional, w.wide ? 0x20b : 0x10b);
  const base = 0x8000;
  w.word(optional + (w.wide ? 24 : 28), base);
  const section = optional + optionalSize;
  w.bytes.write('.data', section, 'latin1');
  w.u32(section + 12, ADDRESS - base);
  w.u32(section + 16, size);
  w.u32(section + 20, DATA_AT);
  w.u32(section + 36, 0xc0000040);
}
