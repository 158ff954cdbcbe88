import { compileDatabase } from '@assay/advisories/database/compile.ts';
import { openDatabase } from '@assay/advisories/database/open.ts';
import type { Advisory } from '@assay/core/advisory.ts';
import { silentLogger } from '@assay/core/context.ts';

/** Arguments: database whose documents are taken (and repeated under other ids and package names), how many, file to write. */
const [source = '', wanted = '0', file = ''] = process.argv.slice(2);
const database = openDatabase(source);

async function* documents(count: number): AsyncGenerator<Advisory> {
  let given = 0;
  for (let copy = 0; ; copy++) {
    for (const document of database.documents()) {
      if (given++ >= count) return;
      yield copy === 0 ? document : copied(document, copy);
    }
  }
}

function copied(document: Advisory, copy: number): Advisory {
  const affected = document.affected.map((one) => ({ ...one, package: { ...one.package, name: `${one.package.name}.${copy}` } }));
  return { ...document, id: `${document.id}.${copy}`, affected };
}

const started = performance.now();
const before = process.cpuUsage();
const result = await compileDatabase(
  documents(Number(wanted)),
  { file, sources: [], builtAt: '2026-01-01T00:00:00Z' },
  { now: Date.now, log: silentLogger },
);
const cpu = process.cpuUsage(before);
console.log(
  JSON.stringify({
    ms: performance.now() - started,
    cpu: (cpu.user + cpu.system) / 1000,
    documents: result.info.documents,
    rss: process.resourceUsage().maxRSS * 1024,
  }),
);
