#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';

const NEEDS = 24;
const source = new URL('../src/main.ts', import.meta.url);
if (Number(process.versions.node.split('.')[0]) < NEEDS) {
  console.error(
    `Assay needs Node.js ${NEEDS} or newer and this is ${process.version}; install it from https://nodejs.org or with your version manager.`,
  );
  process.exitCode = 2;
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-V')) {
  console.log(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version);
} else {
  module.enableCompileCache?.();
  const { main } = await import(existsSync(source) ? source.href : new URL('../dist/app/assay.js', import.meta.url).href);
  await main();
}
