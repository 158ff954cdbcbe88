import { searchDatabase } from '@assay/advisories/database/search.ts';
import { openAdvisories } from '@assay/engine/open-advisories.ts';
import { printable } from '@assay/formats/bom/printable.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../parse-arguments.ts';
import { jsonText } from '../scan/write-answer.ts';
import { table } from '../terminal/table.ts';

export async function runSearch(given: Arguments, { environment, terminal, starter }: Cli): Promise<number> {
  const limit = Number(given.value('limit'));
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) throw usage('assay db search', '--limit must be a number from 1 to 10000');
  const { database } = openAdvisories({ dataDir: environment.dataDir, starter });
  try {
    const hits = searchDatabase(database, given.positionals[0] ?? '', limit);
    if (given.value('format') === 'json') terminal.out.write(jsonText(hits));
    else if (hits.length === 0) terminal.out.write('Nothing found.\n');
    else {
      const rows = hits.map((hit) =>
        [hit.id, hit.feed, hit.aliases.join(' '), hit.packages.slice(0, 3).join(', '), hit.summary].map((text) => ({
          text: printable(text, 100),
        })),
      );
      terminal.out.write(`${table(terminal.out, ['ADVISORY', 'FEED', 'ALIASES', 'PACKAGES', 'SUMMARY'], rows).join('\n')}\n`);
    }
    return EXIT.ok;
  } finally {
    database.close();
  }
}
