const CUT_STEP = 97;
const MAX_CUTS = 200;
const FLIPS = 200;
const LINE = 100_000;

/** A small generator of numbers with a fixed seed (mulberry32): tests must bend the same bits on every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Damaged relatives of a valid file: cut at every 97th byte, with bits flipped, words replaced by extreme ones, lines of 100 kB, deep
 * nesting, names that reach for prototypes, and no sense at all. The same ones on every run.
 */
export function* malformedVariants(valid: Buffer): Generator<Buffer> {
  const step = Math.max(CUT_STEP, Math.ceil(valid.length / MAX_CUTS));
  for (let at = 0; at < valid.length; at += step) yield Buffer.from(valid.subarray(0, at));
  const random = seededRandom(valid.length + 1);
  for (let round = 0; round < FLIPS && valid.length > 0; round++) yield flipped(valid, random);
  for (let round = 0; round < 60 && valid.length > 8; round++) yield withExtremeWord(valid, random);
  yield* hostileTexts();
  yield Buffer.concat([valid, Buffer.alloc(LINE, 0x61), valid]);
  yield Buffer.concat([Buffer.alloc(LINE, 0x20), valid]);
  yield Buffer.concat([valid, valid]);
  yield Buffer.alloc(LINE);
  yield Buffer.alloc(LINE, 0xff);
  const noise = Buffer.from(Array.from({ length: 4096 }, () => Math.floor(random() * 256)));
  yield noise;
  yield Buffer.concat([valid.subarray(0, 128), noise]);
}

function flipped(valid: Buffer, random: () => number): Buffer {
  const bent = Buffer.from(valid);
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) {
    // The first bytes hold the headers of binary formats, so half of the flips go there.
    const reach = random() < 0.5 ? Math.min(valid.length, 256) : valid.length;
    const at = Math.floor(random() * reach);
    bent[at] = bent[at]! ^ (1 << Math.floor(random() * 8));
  }
  return bent;
}

function withExtremeWord(valid: Buffer, random: () => number): Buffer {
  const bent = Buffer.from(valid);
  const reach = random() < 0.6 ? Math.min(valid.length, 512) : valid.length;
  const at = Math.floor((random() * (reach - 4)) / 2) * 2;
  const words = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0, valid.length];
  bent.writeUInt32LE(words[Math.floor(random() * words.length)]!, at);
  return bent;
}

function* hostileTexts(): Generator<Buffer> {
  const long = 'a'.repeat(LINE);
  const texts = [
    long,
    `${long}\n`.repeat(3),
    `Package: ${long}\nVersion: ${long}\n`,
    `P:${long}\nV:${long}\n\n`,
    `Name: x\nVersion: ${'1.'.repeat(LINE / 2)}\n`,
    '['.repeat(LINE),
    '{"dependencies":{"a":'.repeat(5000),
    `${'{"dependencies":{"a":'.repeat(5000)}{}${'}}'.repeat(5000)}`,
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":"__proto__","version":"1.0.0"}',
    '{"lockfileVersion":3,"packages":{"__proto__":{"polluted":1},"node_modules/__proto__":{"version":"1.0.0","__proto__":{"polluted":1}}}}',
    'Package: __proto__\nVersion: 1\n__proto__: polluted\n\nPackage: constructor\nVersion: 1\n',
    'P:__proto__\nV:1\n\nP:toString\nV:1\n',
    `a==1 ${'\\\n'.repeat(20_000)}`,
    `require (\n${'example.com/a v1.0.0\n'.repeat(20_000)}`,
    `x${'[]'.repeat(LINE / 2)}==1`,
    `${' '.repeat(LINE)}#`,
    'null',
    '"text"',
    '{}',
    '\n'.repeat(LINE),
    '\r\n'.repeat(LINE / 2),
    ':'.repeat(LINE),
    '=>'.repeat(LINE / 2),
    '\t'.repeat(LINE),
  ];
  for (const text of texts) yield Buffer.from(text);
}
