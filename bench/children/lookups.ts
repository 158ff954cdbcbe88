import { readFileSync } from 'node:fs';
import { openDatabase } from '@assay/advisories/database/open.ts';

/** Arguments: database, file of `[namespace, name]` keys. Times of a process that just started, in milliseconds. */
const [database = '', keysFile = ''] = process.argv.slice(2);
const keys = JSON.parse(readFileSync(keysFile, 'utf8')) as [string, string][];

const start = process.cpuUsage();
const before = performance.now();
const opened = openDatabase(database);
const afterOpen = performance.now();
let records = 0;
for (const [namespace, name] of keys) records += opened.byPackage(namespace, name).length;
const done = performance.now();
const used = process.cpuUsage(start);
const cpu = (used.user + used.system) / 1000;
console.log(JSON.stringify({ open: afterOpen - before, lookups: done - afterOpen, total: done - before, records, cpu }));
