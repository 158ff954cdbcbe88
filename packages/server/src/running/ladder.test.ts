import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ImageGraph, type KnownImage, type Observation, resolveImage } from './ladder.ts';

const image = (id: number, digest: string, place = 'registry.example/team/app', platform = 'linux/amd64'): KnownImage => {
  const [registry = '', ...path] = place.split('/');
  return { account: 1, id, digest, registry, repository: path.join('/'), platform };
};
const name = (place: string) => ({ registry: place.split('/')[0]!, repository: place.split('/').slice(1).join('/') });

interface Facts {
  readonly images?: readonly KnownImage[];
  /** Index → child → platform; `?` before an index: only images told of it. */
  readonly indexes?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Manifest → configuration. */
  readonly configs?: Readonly<Record<string, string>>;
}

function graph({ images = [], indexes = {}, configs = {} }: Facts): ImageGraph {
  const entries = Object.entries(configs);
  return {
    images: (digest) => images.filter((one) => one.digest === digest),
    children: (index) => ({
      whole: indexes[index] !== undefined,
      entries: Object.entries(indexes[index] ?? indexes[`?${index}`] ?? {}).map(([digest, platform]) => ({ digest, platform })),
    }),
    sameContent: (digest) =>
      entries
        .filter(([manifest, config]) => config === digest || (configs[digest] === config && manifest !== ''))
        .map(([manifest]) => manifest),
  };
}

const seen = (rest: Partial<Observation>): Observation => ({ forms: [], platform: 'linux/amd64', names: [], tagged: [], ...rest });
const resolved = (rest: Partial<Observation>, facts: Facts) => {
  const { images, confidence } = resolveImage(seen(rest), graph(facts));
  return [confidence, ...images.map((one) => one.id)];
};

const TWO = { i: { amd: 'linux/amd64', arm: 'linux/arm64' } };
const BOTH = [image(1, 'amd'), image(2, 'arm')];

describe('what an observation means', () => {
  it.each<[what: string, observation: Partial<Observation>, facts: Facts, wanted: unknown[]]>([
    ['the manifest itself', { forms: ['m'] }, { images: [image(1, 'm')] }, ['EXACT', 1]],
    ['the manifest before an index that the host claims', { forms: ['amd', 'i'] }, { images: BOTH, indexes: TWO }, ['EXACT', 1]],
    ['the child for the node', { forms: ['i'] }, { images: BOTH, indexes: TWO }, ['EXACT', 1]],
    ['the child for another node', { forms: ['i'], platform: 'linux/arm64/v8' }, { images: BOTH, indexes: TWO }, ['EXACT', 2]],
    ['every child where the node is unknown', { forms: ['i'], platform: '' }, { images: BOTH, indexes: TWO }, ['INDEX', 1, 2]],
    ['every child where none fits', { forms: ['i'], platform: 'linux/s390x' }, { images: BOTH, indexes: TWO }, ['INDEX', 1, 2]],
    [
      'no child of another platform where the own one was not looked at',
      { forms: ['i'] },
      { images: [image(2, 'arm')], indexes: TWO },
      ['UNRESOLVED'],
    ],
    [
      'no child of an index that nobody read, unless it fits',
      { forms: ['i'] },
      { images: [image(2, 'arm')], indexes: { '?i': { arm: 'linux/arm64' } } },
      ['UNRESOLVED'],
    ],
    [
      'the fitting child of an index that nobody read',
      { forms: ['i'] },
      { images: BOTH, indexes: { '?i': { amd: 'linux/amd64' } } },
      ['EXACT', 1],
    ],
    [
      'several versions of Windows',
      { forms: ['i'], platform: 'windows/amd64' },
      { images: BOTH, indexes: { i: { amd: 'windows/amd64', arm: 'windows/amd64' } } },
      ['INDEX', 1, 2],
    ],
    ['the manifest of a configuration', { forms: ['c'] }, { images: [image(1, 'm')], configs: { m: 'c' } }, ['EXACT', 1]],
    [
      'all manifests of a configuration',
      { forms: ['c'] },
      { images: [image(1, 'm'), image(2, 'n', 'other.example/x')], configs: { m: 'c', n: 'c' } },
      ['CONFIG', 1, 2],
    ],
    [
      'the one of them that the workload names',
      { forms: ['c'], names: [name('other.example/x')] },
      { images: [image(1, 'm'), image(2, 'n', 'other.example/x')], configs: { m: 'c', n: 'c' } },
      ['EXACT', 2],
    ],
    [
      'the same content under another manifest',
      { forms: ['lost'] },
      { images: [image(1, 'm')], configs: { m: 'c', lost: 'c' } },
      ['EXACT', 1],
    ],
    ['what else the host claims', { forms: ['c', 'm'] }, { images: [image(1, 'm')] }, ['EXACT', 1]],
    ['what the tag meant', { tagged: ['m'] }, { images: [image(1, 'm')] }, ['TAG', 1]],
    ['the child of the index that the tag meant', { tagged: ['i'], platform: 'linux/arm64' }, { images: BOTH, indexes: TWO }, ['TAG', 2]],
    ['no tag where a digest was told', { forms: ['unknown'], tagged: ['m'] }, { images: [image(1, 'm')] }, ['UNRESOLVED']],
    ['nothing that is known', { forms: ['x'] }, {}, ['UNRESOLVED']],
    [
      'the repository that the workload names',
      { forms: ['m'], names: [name('b.example/y')] },
      { images: [image(1, 'm', 'a.example/x'), image(2, 'm', 'b.example/y')] },
      ['EXACT', 2],
    ],
    [
      'else the one that the runtime names',
      { forms: ['m'], names: [name('no.example/z'), name('a.example/x')] },
      { images: [image(1, 'm', 'a.example/x'), image(2, 'm', 'b.example/y')] },
      ['EXACT', 1],
    ],
    [
      'else a mirror of the path',
      { forms: ['m'], names: [name('docker.io/library/nginx')] },
      { images: [image(1, 'm', 'a.example/x'), image(2, 'm', 'b.example/hub/library/nginx')] },
      ['EXACT', 2],
    ],
    [
      'else all that hold it',
      { forms: ['m'], names: [name('no.example/z')] },
      { images: [image(1, 'm', 'a.example/x'), image(2, 'm', 'b.example/y')] },
      ['EXACT', 1, 2],
    ],
  ])('%s', (_what, observation, facts, wanted) => {
    expect(resolved(observation, facts)).toEqual(wanted);
  });

  it('a path that only ends alike is no mirror', () => {
    const images = [image(1, 'm', 'a.example/mynginx'), image(2, 'm', 'b.example/y')];
    expect(resolved({ forms: ['m'], names: [name('docker.io/nginx')] }, { images })).toEqual(['EXACT', 1, 2]);
  });

  it('never means an image of another digest than its own, a child, or the same content, and is certain of one digest alone', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const platform = fc.constantFrom('', 'linux/amd64', 'linux/arm64');
    const facts = fc.record({
      images: fc.array(fc.record({ account: fc.constant(1), id: fc.nat(9), digest: word, registry: word, repository: word, platform })),
      indexes: fc.dictionary(word, fc.dictionary(word, platform)),
      configs: fc.dictionary(word, word),
    });
    const observation = fc.record({
      forms: fc.array(word, { maxLength: 3 }),
      platform,
      names: fc.array(fc.record({ registry: word, repository: word }), { maxLength: 2 }),
      tagged: fc.array(word, { maxLength: 1 }),
    });
    fc.assert(
      fc.property(observation, facts, (o, f) => {
        const known = graph(f);
        const { images, confidence } = resolveImage(o, known);
        const own = o.forms.length > 0 ? o.forms : o.tagged;
        const children = own.flatMap((form) => known.children(form).entries.map((one) => one.digest));
        const allowed = [...own, ...children, ...[...own, ...children].flatMap((digest) => known.sameContent(digest))];
        for (const one of images) expect(allowed).toContain(one.digest);
        expect(images.length === 0).toBe(confidence === 'UNRESOLVED');
        if (own === o.tagged && images.length > 0 && o.forms.length === 0) expect(confidence).toBe('TAG');
      }),
      { seed: 11, numRuns: 3000 },
    );
  });
});
