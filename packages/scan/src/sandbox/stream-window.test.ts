import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cataloger } from '../cataloger.ts';
import { goBinary } from '../catalogers/go-binary/go-binary.ts';
import { executableWith, type Format } from '../catalogers/go-binary/testdata/executable-writer.ts';
import { EntryListWriter } from '../layers/entry-list.ts';
import { compileMatcher } from '../matcher.ts';
import { Extractor } from './extractor.ts';
import { LayerSink } from './layer-sink.ts';
import type { ReaderMessage } from './protocol.ts';

const formats: Format[] = ['elf32le', 'elf32be', 'elf64le', 'elf64be', 'macho64', 'macho32be', 'pe32', 'pe64'];
const modules = 'path\tm\nmod\tm\tv1.0.0\ndep\texample.com/a\tv1.2.3\th1:x=\n';
/** So small that every program of this test is too large. */
const narrow: Cataloger = { ...goBinary, wants: { ...goBinary.wants, maxBytes: 4096 } };

/** What a layer's reader says of one program that comes in pieces. */
function pass(bytes: Buffer, pieceSize: number, cataloger: Cataloger = narrow): { names: string[]; gaps: string[] } {
  const said: ReaderMessage[] = [];
  const extractor = new Extractor([cataloger], (message) => said.push(message), 1000);
  const matcher = compileMatcher([cataloger]);
  const sink = new LayerSink({ matcher, extractor, list: new EntryListWriter(() => {}), maxKeptBytes: 1 << 20 });
  const shape = { path: 'x.exe', kind: 'file', mode: 0o755, link: '', opaque: false, whiteout: false } as const;
  let wanted = sink.entry({ ...shape, size: bytes.length });
  for (let at = 0; wanted && at < bytes.length; at += pieceSize) wanted = sink.data(bytes.subarray(at, at + pieceSize));
  if (wanted) sink.end();
  sink.flush();
  const facts = said.flatMap((message) => (message.t === 'facts' ? (message.facts as { name: string }[]) : []));
  return { names: facts.map(({ name }) => name), gaps: said.flatMap((message) => (message.t === 'gap' ? [message.code] : [])) };
}

function program(format: Format, section: boolean): Buffer {
  return executableWith({ format, style: 'inline', section, goVersion: 'go1.22.1', modules });
}

/** Section headers and names at the end of the file, the information 4 MB before, where nothing asks for it in time. */
function tablesLast(size: number): { bytes: Buffer; mark: number } {
  const bytes = Buffer.concat([program('elf64le', true), Buffer.alloc(5 << 20)]);
  const at = 1 << 20;
  bytes.copy(bytes, at, 0x400, 0x400 + 600);
  const table = bytes.length - 4096;
  bytes.copy(bytes, table, 0x100, 0x180);
  bytes.copy(bytes, table + 256, 0x300, 0x310);
  bytes.fill(0, 0x100, 0x1000);
  bytes.writeBigUInt64LE(BigInt(table), 40);
  bytes.writeBigUInt64LE(BigInt(table + 256), table + 24);
  // Behind the decoys, as a linker aligns it.
  const mark = at + 64;
  bytes.writeBigUInt64LE(BigInt(mark), table + 64 + 24);
  bytes.writeBigUInt64LE(BigInt(size), table + 64 + 32);
  return { bytes, mark };
}

describe('a program too large to be kept', () => {
  it.each(formats)('%s is read as it passes, whatever the pieces', (format) => {
    for (const section of [true, false]) {
      const bytes = Buffer.concat([program(format, section), Buffer.alloc(3 << 20)]);
      for (const size of [4096, 65_536, 262_144]) {
        expect(pass(bytes, size)).toEqual({ names: ['stdlib', 'm', 'example.com/a'], gaps: [] });
      }
    }
  });

  it('is found by its mark when its tables come last', () => {
    const { bytes, mark } = tablesLast(512);
    const whole = pass(bytes, 65_536, goBinary);
    expect(whole.names).toEqual(['stdlib', 'm', 'example.com/a']);
    expect(pass(bytes, 65_536)).toEqual(whole);
    // The mark cut in two by the end of a piece.
    expect(pass(bytes, mark + 5)).toEqual(whole);
  });

  it('is a gap when its tables come last and what they name is more than follows the mark', () => {
    expect(pass(tablesLast(2 << 20).bytes, 65_536)).toEqual({ names: [], gaps: ['file-too-large'] });
  });

  it('in another language says nothing', () => {
    const other = Buffer.concat([program('elf64le', false), Buffer.alloc(4 << 20)]);
    other.fill(0, 0x400, 0x1000);
    expect(pass(other, 65_536)).toEqual({ names: [], gaps: [] });
  });

  it('that asks for range after range ends', () => {
    const bytes = Buffer.concat([program('elf64le', false), Buffer.alloc(4 << 20)]);
    bytes.writeUInt16LE(4000, 56);
    for (let index = 0; index < 4000; index++) {
      const at = 0x80 + index * 56;
      bytes.writeUInt32LE(1, at);
      bytes.writeUInt32LE(2, at + 4);
      bytes.writeBigUInt64LE(BigInt(0x50000 + index * 256), at + 8);
      bytes.writeBigUInt64LE(8n, at + 32);
    }
    expect(pass(bytes, 65_536)).toEqual({ names: [], gaps: [] });
  });

  it('damaged anywhere, is not read differently than when it is kept, if it is read at all', () => {
    const whole = formats.map((format) => Buffer.concat([program(format, true), Buffer.alloc(8192)]));
    const damage = fc.record({ at: fc.nat({ max: 0x480 }), value: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(damage, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 20, max: 9000 }),
        (bytes, hits, size) => {
          const copy = Buffer.from(bytes);
          for (const { at, value } of hits) copy[at] = value;
          const passed = pass(copy, size);
          if (passed.gaps.length === 0) expect(passed.names).toEqual(pass(copy, size, goBinary).names);
        },
      ),
      { seed: 9, numRuns: 500 },
    );
  });
});
