import { type TarItem, tarArchive } from '@assay/testkit/image-builder.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cataloger } from '../cataloger.ts';
import { compileMatcher } from '../matcher.ts';
import { collect } from '../read-image.ts';
import { Extractor } from '../sandbox/extractor.ts';
import { readLayer } from '../sandbox/layer-reader.ts';
import { LayerSink } from '../sandbox/layer-sink.ts';
import { PickSink } from '../sandbox/pick-sink.ts';
import { type Pick, READER_LIMITS } from '../sandbox/protocol.ts';
import { buildView } from '../squash-view.ts';
import { EntryListWriter } from './entry-list.ts';
import type { LayerFacts } from './squash.ts';

/** Wants `note` files anywhere, `db/state` and whatever lies in `db/state.d/`; the fact is the content. */
const notes: Cataloger<string> = {
  id: 'notes',
  version: 1,
  wants: { basenames: ['note'], suffixes: ['/db/state'], folders: ['/db/state.d/'], maxBytes: 1000 },
  *extract(file) {
    yield file.bytes.toString();
  },
};

type Items = readonly TarItem[];

async function readOne(items: Items, picks?: readonly Pick[]): Promise<LayerFacts> {
  const collection = collect('layer');
  const extractor = new Extractor([notes], (message) => (message.t === 'facts' ? collection.sink.facts(message) : undefined), 1000);
  const parts = {
    matcher: compileMatcher([notes]),
    extractor,
    list: new EntryListWriter((piece) => collection.sink.entries(piece)),
    maxKeptBytes: 1 << 20,
  };
  const sink = picks === undefined ? new LayerSink(parts) : new PickSink(parts, picks);
  const outcome = await readLayer({ input: [tarArchive(items)], sink, limits: READER_LIMITS, gap: () => {} });
  sink.flush();
  return collection.finish({ t: 'done', ...outcome });
}

/** What a container would see: path and content of each wanted file. */
async function see(...layers: Items[]): Promise<Record<string, string>> {
  const read = await Promise.all(layers.map((items) => readOne(items)));
  const view = await buildView({
    layers: read,
    digests: layers.map((_, index) => `layer ${index}`),
    catalogers: [notes as Cataloger],
    pick: (layer, picks) => readOne(layers[layer] as Items, picks),
  });
  return Object.fromEntries((view.files.get('notes') ?? []).map((file) => [file.path, String(file.facts[0])]));
}

const file = (name: string, content = name): TarItem => ({ name, content });
const folder = (name: string): TarItem => ({ name, type: '5' });
const soft = (name: string, link: string): TarItem => ({ name, type: '2', link });
const hard = (name: string, link: string): TarItem => ({ name, type: '1', link });
const gone = (name: string): TarItem => ({ name: name.replace(/([^/]+)$/, '.wh.$1') });

describe('whiteouts', () => {
  it.each<[string, Items[], Record<string, string>]>([
    ['hide a file', [[file('a/note')], [gone('a/note')]], {}],
    ['hide a whole folder', [[file('a/b/c/note'), file('note')], [gone('a')]], { note: 'note' }],
    ['do not act on their own layer, before', [[file('a/note', '1')], [gone('a/note'), file('a/note', '2')]], { 'a/note': '2' }],
    ['do not act on their own layer, after', [[file('a/note', '1')], [file('a/note', '2'), gone('a/note')]], { 'a/note': '2' }],
    ['act only once', [[file('a/note')], [gone('a/note')], [file('a/note', '3')]], { 'a/note': '3' }],
    [
      'make folders opaque',
      [
        [file('a/note'), file('a/b/note'), file('c/note')],
        [file('a/.wh..wh..opq'), file('a/x/note')],
      ],
      { 'a/x/note': 'a/x/note', 'c/note': 'c/note' },
    ],
    [
      'make folders opaque though they come last',
      [[file('a/note')], [file('a/x/note'), file('a/.wh..wh..opq')]],
      { 'a/x/note': 'a/x/note' },
    ],
    ['make the root opaque', [[file('a/note')], [file('.wh..wh..opq'), file('note')]], { note: 'note' }],
    ['of aufs are no files', [[file('a/note')], [file('.wh..wh.plnk'), file('.wh..wh.aufs'), file('.wh.')]], { 'a/note': 'a/note' }],
    ['follow links above them', [[soft('lib', 'usr/lib'), file('usr/lib/note')], [gone('lib/note')]], {}],
    ['may be devices', [[file('a/note')], [{ name: 'a/note', type: '3', device: [0, 0] }]], {}],
    ['may be attributes', [[file('a/note')], [{ ...folder('a'), pax: { 'SCHILY.xattr.user.overlay.opaque': 'y' } }]], {}],
    ['of a whiteout name hide nothing else', [[file('note')], [file('.wh..wh.note')]], { note: 'note' }],
  ])('%s', async (_, layers, expected) => {
    expect(await see(...layers)).toEqual(expected);
  });
});

describe('replacing', () => {
  it.each<[string, Items[], Record<string, string>]>([
    ['a folder by a file drops what was below', [[file('a/note')], [file('a')]], {}],
    ['a folder by a link drops what was below', [[file('a/note'), file('b/note', 'b')], [soft('a', 'b')]], { 'b/note': 'b' }],
    ['a folder by a selected file drops what was below', [[file('note/note')], [file('note', 'n')]], { note: 'n' }],
    ['a selected file by a folder', [[file('x/note')], [folder('x/note')]], {}],
    ['a selected file by a device', [[file('x/note')], [{ name: 'x/note', type: '3', device: [5, 1] }]], {}],
    ['a link by a folder takes the target out of reach', [[soft('db', 'x'), file('x/state')], [folder('db')]], {}],
    ['a folder by a folder merges', [[file('a/note')], [folder('a'), file('a/b/note')]], { 'a/note': 'a/note', 'a/b/note': 'a/b/note' }],
    ['through a link above', [[soft('lib', 'usr/lib'), file('usr/lib/note', '1')], [file('lib/note', '2')]], { 'lib/note': '2' }],
    ['twice in one layer: the last counts', [[file('note', '1'), file('note', '2')]], { note: '2' }],
    ['by what nobody selects, in one layer', [[file('note', '1'), soft('note', 'x')]], {}],
    ['upper over lower', [[file('note', '1')], [file('note', '2')]], { note: '2' }],
  ])('%s', async (_, layers, expected) => {
    expect(await see(...layers)).toEqual(expected);
  });
});

describe('links', () => {
  it.each<[string, Items[], Record<string, string>]>([
    ['a hard link to a file nobody selects', [[file('blob', 'B'), hard('a/note', 'blob')]], { 'a/note': 'B' }],
    ['a hard link before its target', [[hard('a/note', './blob'), file('blob', 'B')]], { 'a/note': 'B' }],
    ['a hard link into a lower layer', [[file('blob', 'B')], [hard('a/note', '/blob')]], { 'a/note': 'B' }],
    ['a hard link keeps the old content', [[file('blob', 'old')], [hard('a/note', 'blob')], [file('blob', 'new')]], { 'a/note': 'old' }],
    ['a hard link outlives its target', [[file('blob', 'B'), hard('a/note', 'blob')], [gone('blob')]], { 'a/note': 'B' }],
    ['a hard link to a selected file', [[file('a/note', 'A'), hard('b/note', 'a/note')]], { 'a/note': 'A', 'b/note': 'A' }],
    ['hard links in a chain', [[file('blob', 'B'), hard('mid', 'blob'), hard('a/note', 'mid')]], { 'a/note': 'B' }],
    ['hard links in a circle', [[hard('x/note', 'y/note'), hard('y/note', 'x/note'), file('note')]], { note: 'note' }],
    ['a symlink to a file nobody selects', [[file('data/blob', 'B'), soft('a/note', '../data/blob')]], { 'a/note': 'B' }],
    ['an absolute symlink stays in the root', [[file('data/blob', 'B'), soft('a/note', '/data/blob')]], { 'a/note': 'B' }],
    ['dots above the root stay at the root', [[file('blob', 'B'), soft('a/note', '../../../../blob')]], { 'a/note': 'B' }],
    ['a symlink into another layer', [[soft('a/note', '/blob')], [file('blob', 'B')]], { 'a/note': 'B' }],
    ['a symlink whose target was replaced', [[file('blob', '1'), soft('a/note', '/blob')], [file('blob', '2')]], { 'a/note': '2' }],
    ['a symlink whose target is gone', [[file('blob', '1'), soft('a/note', '/blob')], [gone('blob')]], {}],
    ['symlinks in a circle', [[soft('a/note', '../b/note'), soft('b/note', '../a/note'), file('note')]], { note: 'note' }],
    ['a folder link makes a name', [[file('srv/x/state', 'S'), soft('var/db', '../srv/x')]], { 'var/db/state': 'S' }],
    ['a folder link further up', [[file('srv/x/db/state', 'S'), soft('var', 'srv/x')]], { 'srv/x/db/state': 'S' }],
    [
      'a folder link to a list of files',
      [[file('srv/x/1', '1'), file('srv/x/2', '2'), soft('db/state.d', '/srv/x')]],
      { 'db/state.d/1': '1', 'db/state.d/2': '2' },
    ],
    ['a folder link to the parent of such a list', [[file('srv/state.d/1', '1'), soft('db', 'srv')]], { 'db/state.d/1': '1' }],
    ['a link over a hard link', [[file('blob', 'B'), hard('mid', 'blob'), soft('a/note', '../mid')]], { 'a/note': 'B' }],
  ])('%s', async (_, layers, expected) => {
    expect(await see(...layers)).toEqual(expected);
  });

  it('of 40 steps are followed, of 41 are not', async () => {
    const chain = (length: number): Items => [
      file('blob', 'B'),
      ...Array.from({ length: length - 1 }, (_, i) => soft(`l${i}`, i === 0 ? 'blob' : `l${i - 1}`)),
      soft('note', `l${length - 2}`),
    ];
    expect(await see(chain(40))).toEqual({ note: 'B' });
    expect(await see(chain(41))).toEqual({});
  });
});

describe('whatever the layers', () => {
  const part = fc.constantFrom('a', 'b', 'note', 'db', 'state');
  const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const item: fc.Arbitrary<TarItem> = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(path, fc.string({ maxLength: 3 })).map(([name, content]) => file(name, content)) },
    { weight: 2, arbitrary: path.map(folder) },
    { weight: 1, arbitrary: fc.tuple(path, path).map(([name, link]) => soft(name, `/${link}`)) },
    { weight: 1, arbitrary: path.map(gone) },
    { weight: 1, arbitrary: path.map((name) => file(`${name}/.wh..wh..opq`)) },
  );
  const distinct = fc.uniqueArray(item, { selector: (one) => one.name, maxLength: 8 });

  it('the order of entries inside one does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(distinct, { minLength: 1, maxLength: 3 }), async (layers) => {
        expect(await see(...layers.map((items) => [...items].reverse()))).toEqual(await see(...layers));
      }),
      { seed: 21, numRuns: 150 },
    );
  });

  it('an empty layer changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(distinct, { minLength: 1, maxLength: 3 }), fc.nat(3), async (layers, at) => {
        expect(await see(...layers.slice(0, at), [], ...layers.slice(at))).toEqual(await see(...layers));
      }),
      { seed: 22, numRuns: 100 },
    );
  });
});
