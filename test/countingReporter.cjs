// Mocha's own reporter, and for test/run.mjs the counts with what failed, in the file that REPLIDECK_COUNTS names.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_RETRY } = Runner.constants;

class CountingReporter {
  constructor(runner, options) {
    const Shown = reporters[options.reporterOptions?.show ?? 'Spec'];
    this.shown = new Shown(runner, options);
    const failures = [];
    const failedOnce = [];
    const describe = (test, error) => ({ title: test.fullTitle(), message: String(error?.message ?? error) });
    runner.on(EVENT_TEST_FAIL, (test, error) => failures.push(describe(test, error)));
    runner.on(EVENT_TEST_RETRY, (test, error) => failedOnce.push(describe(test, error)));
    runner.once(EVENT_RUN_END, () => {
      const { passes } = this.shown.stats;
      const retried = failedOnce.filter(({ title }) => !failures.some((failure) => failure.title === title));
      if (process.env.REPLIDECK_COUNTS) {
        const counts = { passed: passes, failed: failures.length, failures, retried };
        writeFileSync(process.env.REPLIDECK_COUNTS, JSON.stringify(counts));
      }
    });
  }
}

module.exports = CountingReporter;
