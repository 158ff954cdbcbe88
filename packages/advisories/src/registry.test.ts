import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { enrichments } from './enrichments.ts';
import { coversNamespace, type Feed } from './feed.ts';
import { feeds } from './feeds.ts';

const here = import.meta.dirname;
const all: readonly Feed[] = [...feeds, ...enrichments];

test.each([
  ['feeds', feeds],
  ['enrichments', enrichments],
] as const)('%s.ts lists exactly the folders', (kind, list) => {
  const folders = readdirSync(join(here, kind), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(list.map((feed) => feed.id)).toEqual(folders.map((entry) => entry.name).sort());
});

test('each namespace has one authoritative feed of vulnerabilities and one of malware', () => {
  for (const subject of ['vulnerability', 'malware']) {
    const claims = feeds.filter((feed) => feed.subject === subject).flatMap((feed) => feed.namespaces.map((name) => [name, feed] as const));
    for (const [name, feed] of claims) {
      const probe = name.replace('*', '1');
      const others = feeds.filter((other) => other.subject === subject && other !== feed && coversNamespace(other.namespaces, probe));
      expect({ name, others: others.map((other) => other.id) }).toEqual({ name, others: [] });
      expect(coversNamespace(feed.namespaces, probe)).toBe(true);
    }
  }
});

test('enrichments decide nothing: they have no namespace', () => {
  expect(enrichments.filter((feed) => feed.namespaces.length > 0 || feed.subject !== 'enrichment')).toEqual([]);
});

test('every feed has a production address over https, a stored form and stated terms', () => {
  for (const feed of all) {
    const inputs = [...feed.urls, ...feed.archives];
    expect(feed.urls.length * feed.archives.length).toBeGreaterThan(0);
    for (const input of feed.urls) expect(new URL(input.url).protocol).toBe('https:');
    for (const input of inputs) if (input.licence === 'NOASSERTION') expect(input.redistributable).toBe(false);
    expect(new Set(feed.urls.map((input) => input.name)).size).toBe(feed.urls.length);
  }
});
