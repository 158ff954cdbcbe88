import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { tarArchive } from '@assay/testkit/image-builder.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { collect, type LayerReading } from '../read-image.ts';
import { FRAME } from './frames.ts';
import { Sandbox, type SandboxOptions } from './pool.ts';
import { READER_LIMITS, type ReaderLimits } from './protocol.ts';
import { ReaderDied } from './reader.ts';

const entry = fileURLToPath(new URL('./testdata/unruly-child.ts', import.meta.url));
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.close());

function open(options: Partial<SandboxOptions> = {}): Sandbox {
  sandbox = new Sandbox({ entry, processes: 1, ...options });
  return sandbox;
}

async function obey(box: Sandbox, order: string, limits: Partial<ReaderLimits> = {}): Promise<LayerReading> {
  return send(box, gzipSync(tarArchive([{ name: 'a/order', content: order }])), limits);
}

async function send(box: Sandbox, bytes: Buffer, limits: Partial<ReaderLimits> = {}): Promise<LayerReading> {
  let collection = collect(undefined);
  const result = await box.run({
    sink: () => {
      collection = collect(undefined);
      return collection.sink;
    },
    feed: async (reader) => {
      await reader.command({ op: 'layer', limits: { ...READER_LIMITS, ...limits } });
      await reader.frame(FRAME.data, bytes);
      await reader.frame(FRAME.end, Buffer.alloc(0));
    },
  });
  return collection.finish(result);
}

function facts(reading: LayerReading): unknown {
  return reading.facts.get('a/order')?.get('unruly');
}

describe('a reader process', () => {
  it('gives facts back', async () => {
    expect(facts(await obey(open(), 'hello'))).toEqual(['hello']);
  });

  it('that dies is replaced once, then its layer is given up, and the next layer is read', async () => {
    const box = open();
    await expect(obey(box, 'die')).rejects.toMatchObject({ reason: 'died' });
    expect(facts(await obey(box, 'hello'))).toEqual(['hello']);
  });

  it('that hangs is killed', async () => {
    const box = open({ jobTimeout: 1500 });
    await expect(obey(box, 'hang')).rejects.toMatchObject({ reason: 'time' });
    expect(facts(await obey(box, 'hello'))).toEqual(['hello']);
  });

  it('that takes all memory is killed', async () => {
    await expect(obey(open({ maxResidentBytes: 400 << 20 }), 'memory')).rejects.toBeInstanceOf(ReaderDied);
  });

  it('turns what a cataloger throws into a gap of one line', async () => {
    const { gaps } = await obey(open(), 'throw');
    expect(gaps).toEqual([
      { code: 'unparsable-file', message: 'The file could not be read: a bug in two lines.', path: 'a/order', cataloger: 'unruly' },
    ]);
  });

  it.each(['read', 'spawn'])('may not %s', async (order) => {
    const { gaps, facts: found } = await obey(open(), order);
    expect(found.size).toBe(0);
    expect(gaps[0]?.message).toMatch(/restricted|permission/i);
  });

  it('has no environment to tell', async () => {
    const [environment] = facts(await obey(open(), 'environment')) as [string];
    expect(Object.keys(JSON.parse(environment)).filter((name) => !/^(PWD|SHLVL|_|OLDPWD)$/.test(name))).toEqual([]);
  });

  it('says which isolation held', async () => {
    const box = open();
    await obey(box, 'hello');
    expect(box.isolation).toMatch(/^process, empty environment, file system denied/);
  });

  it('that cannot start is an error with its reason', async () => {
    await expect(obey(open({ entry: '/nonexistent/child.js' }), 'hello')).rejects.toMatchObject({ code: 'sandbox-failed' });
  });

  it('works on several jobs at once, in a few processes', async () => {
    const box = open({ processes: 2 });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => obey(box, `number ${i}`)));
    expect(answers.map(facts)).toEqual(answers.map((_, i) => [`number ${i}`]));
  });
});

describe('limits', () => {
  it('on unpacked bytes end a layer', async () => {
    const { gaps } = await send(open(), gzipSync(tarArchive([{ name: 'big', content: Buffer.alloc(5 << 20) }])), {
      maxUnpackedBytes: 1 << 20,
    });
    expect(gaps.map((gap) => gap.code)).toEqual(['limit-reached']);
  });

  it('on entries end a layer, and what came before counts', async () => {
    const items = [{ name: 'a/order', content: 'first' }, { name: 'b' }, { name: 'c' }];
    const reading = await send(open(), tarArchive(items), { maxEntries: 2 });
    expect(facts(reading)).toEqual(['first']);
    expect(reading.gaps.map((gap) => gap.code)).toEqual(['limit-reached']);
  });

  it.each([
    ['truncated', gzipSync(tarArchive([{ name: 'a/order', content: 'x' }])).subarray(0, -12), 'truncated-input'],
    ['damaged', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]), 'unreadable-layer'],
    ['xz', Buffer.from('\xfd7zXZ\0 and so on', 'latin1'), 'unsupported-media-type'],
    ['no archive', Buffer.alloc(2000, 'text '), 'unreadable-layer'],
  ])('%s layers are gaps', async (_, bytes, code) => {
    expect((await send(open(), bytes)).gaps.map((gap) => gap.code)).toContain(code);
  });

  it('nothing at all is an empty layer', async () => {
    expect(await send(open(), Buffer.alloc(0))).toMatchObject({ gaps: [], files: 0 });
  });
});
