import { mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { withWorkspace } from "./with-workspace.ts";

test("jobs in one workspace follow each other, by whatever path it is told of, and a failed one holds up nobody", async () => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "hatchery-lock-")));
  symlinkSync(dir, `${dir}-link`);
  onTestFinished(() => {
    rmSync(`${dir}-link`);
    rmSync(dir, { recursive: true });
  });
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const jobs = [
    withWorkspace({ dir }, async () => {
      begun.resolve();
      await first.promise;
      seen.push("first");
      throw new Error("It failed");
    }),
    begun.promise.then(() => withWorkspace({ dir: `${dir}-link` }, async () => seen.push("second"))),
    begun.promise.then(() => withWorkspace({ dir: join(dir, "other") }, async () => seen.push("elsewhere"))),
  ];
  await jobs[2];
  first.resolve();
  await expect(jobs[0]).rejects.toThrow("It failed");
  expect(await jobs[1]).toBe(3);
  expect(seen).toEqual(["elsewhere", "first", "second"]);
});
