// Adds up the test reports, says again what failed and why (the log above is long) and prints the line that a run of CI ends with; exits 1 when anything failed or was skipped.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const [failedParts, ...reports] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
const failures = [];
const short = (text) => text.slice(0, 2_000);
for (const report of reports) {
  if (!existsSync(report)) {
    failed++;
    continue;
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  passed += numPassedTests;
  failed += Math.max(numFailedTests, numFailedTestSuites > 0 ? 1 : 0);
  skipped += numPendingTests + numTodoTests;
  for (const { name, status, message, assertionResults } of testResults) {
    const file = path.relative('.', name);
    const tests = assertionResults.filter((test) => test.status === 'failed');
    for (const { fullName, failureMessages } of tests) failures.push({ file, title: fullName, why: short(failureMessages.join('\n')) });
    if (status === 'failed' && tests.length === 0) failures.push({ file, title: 'the file itself', why: short(message) });
  }
}
for (const { file, title, why } of failures) console.log(`failed: ${file}: ${title}\n${why.replaceAll(/^/gm, '    ')}`);
if (Number(failedParts) > 0 && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed + skipped > 0 ? 1 : 0);
