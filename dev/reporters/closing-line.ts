import type { Reporter, SerializedError, TestModule } from "vitest/node";

/**
 * Prints `N passed, N failed` (`, N skipped` when there are any) alone on the last line, where a script finds it. A file
 * that could not be loaded and an error outside of every test count as one failure each.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const line = closingLine(modules, unhandledErrors.length);
    // Other reporters and the coverage table still print after this call; nothing prints after "exit".
    process.once("exit", () => process.stdout.write(`${line}\n`));
  }
}

function closingLine(modules: readonly TestModule[], errorsOutsideTests: number): string {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  const broken = modules.filter(
    (module) => module.state() === "failed" && [...module.children.allTests("failed")].length === 0,
  );

  const failed = count("failed") + broken.length + errorsOutsideTests;
  const skipped = count("skipped");
  return `${count("passed")} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
