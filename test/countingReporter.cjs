// Mocha's own reporter, and the counts for test/run.mjs in the file that REPLIDECK_COUNTS names.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

class CountingReporter {
  constructor(runner, options) {
    const Shown = reporters[options.reporterOptions?.show ?? 'Spec'];
    this.shown = new Shown(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.shown.stats;
      if (process.env.REPLIDECK_COUNTS) {
        writeFileSync(process.env.REPLIDECK_COUNTS, JSON.stringify({ passed: passes, failed: failures }));
      }
    });
  }
}

module.exports = CountingReporter;
