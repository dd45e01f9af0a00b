// Says what Vitest's JSON report counted, as the last line of a CI run.
import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2], 'utf8');
if (!text) {
  console.log('The tests did not finish: there is no report.');
  process.exit(1);
}
const report = JSON.parse(text);
// A file that does not even load has no test in it that could fail.
const broken = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
for (const { name, message } of broken) console.log(`${name}: ${message}`);
const skipped = report.numPendingTests + report.numTodoTests;
const failed = report.numFailedTests + broken.length;
if (skipped) console.log(`${skipped} skipped`);
console.log(`${report.numPassedTests} passed, ${failed} failed`);
