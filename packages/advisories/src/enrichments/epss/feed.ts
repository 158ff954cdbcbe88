import type { Enrichment } from '@assay/core/advisory.ts';
import { DROP, type Feed, type FeedFile, type Tally } from '../../feed.ts';
import { isCve } from '../../osv/reading.ts';

const TERMS = { licence: 'NOASSERTION', redistributable: false };

/**
 * FIRST's exploit prediction scores: a comment line with the date, a header, one line a CVE. One record = one line.
 * A table with a date column (tab-separated) is read too. Of several scores of one CVE the latest counts.
 */
export const epss: Feed<Enrichment> = {
  id: 'epss',
  version: 1,
  title: 'Exploit Prediction Scoring System',
  subject: 'enrichment',
  namespaces: [],
  urls: [
    {
      name: 'scores',
      url: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
      packing: 'gzip',
      path: 'epss_scores-current.csv',
      maxBytes: 64 * 2 ** 20,
      ...TERMS,
    },
  ],
  // Fixture data, Apache-2.0 and MIT: too few and too old to ship.
  archives: [{ name: 'epss-sample', licence: 'Apache-2.0 AND MIT', redistributable: false }],
  wants: (path) => /\.(?:csv|tsv)$/.test(path),
  parse,
};

type Score = NonNullable<Enrichment['epss']>;

async function* parse(files: AsyncIterable<FeedFile>, tally: Tally): AsyncGenerator<Enrichment> {
  const latest = new Map<string, Score>();
  for await (const file of files) {
    for (const line of readLines(file)) {
      if (line === undefined) {
        tally.drop(DROP.unreadable);
        continue;
      }
      tally.keep();
      const held = latest.get(line.id);
      if (held === undefined || held.date <= line.score.date) latest.set(line.id, line.score);
    }
  }
  for (const [id, score] of latest) {
    tally.emitted += 1;
    yield { id, epss: score };
  }
}

function* readLines(file: FeedFile): Generator<{ readonly id: string; readonly score: Score } | undefined> {
  const separator = file.path.endsWith('.tsv') ? '\t' : ',';
  let date = '';
  let columns: readonly string[] | undefined;
  for (const raw of file.bytes.toString('utf8').split('\n')) {
    const line = raw.trim();
    if (line === '') continue;
    if (line.startsWith('#')) {
      date = /score_date:([0-9T:+Z-]{10,30})/.exec(line)?.[1]?.slice(0, 10) ?? date;
      continue;
    }
    const cells = line.slice(0, 1000).split(separator);
    if (columns === undefined) columns = cells;
    else yield readRow(columns, cells, date);
  }
}

function readRow(columns: readonly string[], cells: readonly string[], date: string): { id: string; score: Score } | undefined {
  const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
  const id = cell('cve');
  const score = fraction(cell('epss'));
  const percentile = fraction(cell('percentile'));
  const day = cell('score_date').slice(0, 10) || date;
  if (!isCve(id) || score === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  return { id, score: { score, ...(percentile === undefined ? {} : { percentile }), date: day } };
}

function fraction(text: string): number | undefined {
  const value = text === '' ? Number.NaN : Number(text);
  return value >= 0 && value <= 1 ? value : undefined;
}
