import { ageInDays, type SourceInfo } from '@assay/advisories/database/info.ts';
import { openAdvisories } from '@assay/engine/open-advisories.ts';
import { printable } from '@assay/formats/bom/printable.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { jsonText } from '../scan/write-answer.ts';
import { table } from '../terminal/table.ts';

export async function runStatus(given: Arguments, { environment, terminal, ctx, starter }: Cli): Promise<number> {
  const { database, origin } = openAdvisories({ dataDir: environment.dataDir, starter });
  try {
    const { info, enrichmentInfo } = database;
    const age = ageInDays(info, ctx.now());
    if (given.value('format') === 'json') {
      terminal.out.write(jsonText({ origin, ageDays: age, advisories: info, enrichments: enrichmentInfo }));
      return EXIT.ok;
    }
    const where =
      origin === 'snapshot'
        ? 'the starter snapshot that came with Assay; "assay db update" brings a newer one'
        : `installed in ${environment.dataDir}`;
    const lines = [
      `Revision   ${info.revision}`,
      `Built      ${info.builtAt}, ${age === null ? 'age unknown' : `${age} days ago`}`,
      `Origin     ${where}`,
      `Advisories ${info.documents} with ${info.records} records for ${Object.values(info.namespaces).reduce((a, b) => a + b, 0)} packages`,
      `Enrichment ${enrichmentInfo === null ? 'none' : `${enrichmentInfo.entries} CVEs, revision ${enrichmentInfo.revision.slice(0, 12)}`}`,
      '',
      ...table(
        terminal.out,
        ['SOURCE', 'DATED', 'KEPT', 'READ', 'LICENCE'],
        [...info.sources, ...(enrichmentInfo?.sources ?? [])].map(row),
      ),
      '',
      ...table(
        terminal.out,
        ['NAMESPACE', 'PACKAGES'],
        Object.entries(info.namespaces).map(([namespace, count]) => [{ text: namespace }, { text: String(count) }]),
      ),
    ];
    terminal.out.write(`${lines.join('\n')}\n`);
    return EXIT.ok;
  } finally {
    database.close();
  }
}

function row(source: SourceInfo) {
  return [source.id, source.date.slice(0, 10), String(source.kept), String(source.read), source.licence].map((text) => ({
    text: printable(text, 80),
  }));
}
