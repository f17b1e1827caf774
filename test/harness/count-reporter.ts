import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Prints the closing line `N passed, N failed` that continuous integration reads. */
export default class CountReporter implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped = 0;

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    if (state === "passed") this.passed += 1;
    else if (state === "failed") this.failed += 1;
    else this.skipped += 1;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    // A suite that can't be loaded or an error outside any test counts as a failure.
    const failed = this.failed + errors.length + modules.reduce((sum, module) => sum + module.errors().length, 0);
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
    console.log(`${this.passed} passed, ${failed} failed${skipped}`);
  }
}
