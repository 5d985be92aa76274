import { writeFileSync } from 'node:fs';

/**
 * A vitest reporter that only counts, into the file that TEST_COUNTS_FILE names; scripts/run.mjs prints the last line
 * of the output from it. A file that cannot be loaded, and an error outside all tests, counts as one failure each.
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      const before = counts.failed;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counts.passed += 1;
        else if (result.state === 'failed') counts.failed += 1;
        else counts.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, note: result.note ?? null });
      }
      if (module.state() === 'failed' && counts.failed === before) counts.failed += 1;
    }
    writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify(counts));
  }
}
