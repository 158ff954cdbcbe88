import { readFileSync, writeFileSync } from 'node:fs';
import { compatibilityPage, compatibilitySummary, README_BLOCK } from './compatibility.ts';

writeFileSync(new URL('../docs/compatibility.md', import.meta.url), await compatibilityPage());
const summary = await compatibilitySummary();
for (const name of ['README.md', 'README.ko.md']) {
  const file = new URL(`../${name}`, import.meta.url);
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(README_BLOCK, (_all, begin, end) => `${begin}${summary}${end}`),
  );
}
