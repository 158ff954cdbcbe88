import type { Advisory } from '@assay/core/advisory.ts';
import { DROP, type Feed, type FeedFile, type Tally } from '../feed.ts';
import { normaliseOsv, type OsvDialect } from './normalise.ts';
import { asId, readDocument } from './reading.ts';

/** Parser of a feed whose files are OSV documents, one a file. The same id twice keeps the first. */
export function parseOsvFiles(dialect: OsvDialect): Feed<Advisory>['parse'] {
  return async function* parse(files: AsyncIterable<FeedFile>, tally: Tally): AsyncGenerator<Advisory> {
    const seen = new Set<string>();
    for await (const file of files) {
      const document = readDocument(file.bytes, file.path);
      if (document === undefined) {
        tally.drop(DROP.unreadable);
        continue;
      }
      const id = asId(document['id']);
      if (id !== undefined && seen.has(id)) {
        tally.drop(DROP.duplicate);
        continue;
      }
      if (id !== undefined) seen.add(id);
      const advisory = normaliseOsv(document, dialect, tally);
      if (advisory !== undefined) yield advisory;
    }
  };
}

export function isJson(path: string): boolean {
  return path.endsWith('.json');
}
