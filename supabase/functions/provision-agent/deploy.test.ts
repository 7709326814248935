import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const deno = join(dirname(createRequire(import.meta.url).resolve("deno/package.json")), "deno");
const functionFolder = "supabase/functions/provision-agent";
const denoArguments = ["--config", `${functionFolder}/deno.json`, "--node-modules-dir=none"];

// The one thing a deploy fetches is the packages named in deno.json; the next run finds them here.
const env = { DENO_DIR: join(repository, "node_modules/.cache/deno"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "hatchery-deploy-"));
  cpSync(join(repository, "supabase"), join(copy, "supabase"), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true }));

test("supabase/ alone in an empty folder passes the type check and serves the function", {
  timeout: 180_000,
}, async () => {
  await execa(deno, ["check", ...denoArguments, `${functionFolder}/index.ts`], { cwd: copy, env });

  const served = await serve({ SUPABASE_URL: "http://127.0.0.1:1", SUPABASE_SECRET_KEYS: '{"default":"sb_secret_x"}' });
  try {
    const preflight = await fetch(served.address, { method: "OPTIONS" });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    const stranger = await fetch(served.address, { method: "POST", body: "{}" });
    expect(stranger.status).toBe(401);
    await expect(stranger.json()).resolves.toMatchObject({ error: { code: "unauthorized" } });
  } finally {
    await served.stop();
  }
});

test("a function without its settings does not start, and says which is missing", { timeout: 60_000 }, async () => {
  await expect(serve({ SUPABASE_URL: "" })).rejects.toThrow("SUPABASE_URL");
});

test("the function is deployed with the versions that are tested here", () => {
  const { imports } = readJson(`${functionFolder}/deno.json`, z.object({ imports: z.record(z.string(), z.string()) }));
  const dependencies = z.record(z.string(), z.string());
  const root = readJson("package.json", z.object({ dependencies, devDependencies: dependencies }));
  const installed = { ...root.dependencies, ...root.devDependencies };
  for (const [specifier, target] of Object.entries(imports)) {
    const [, name = "", subpath = ""] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier) ?? [];
    expect(target).toBe(`npm:${name}@${installed[name]}${subpath}`);
  }
});

function readJson<Output>(file: string, schema: z.ZodType<Output>): Output {
  return schema.parse(JSON.parse(readFileSync(join(repository, file), "utf8")));
}

/** Runs the copy on a free port; rejects with what it printed when it ends before it listens. */
async function serve(settings: Record<string, string>) {
  const args = ["run", ...denoArguments, "--allow-net", "--allow-env", `${functionFolder}/index.ts`];
  const child = spawn(deno, args, {
    cwd: copy,
    env: { ...env, ...settings, DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const printed: string[] = [];
  const address = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        printed.push(line);
        const origin = /Listening on (http:\S+?)\/?(?: |$)/.exec(line)?.[1];
        if (origin) resolve(`${origin}/provision-agent`);
      });
    }
    child.on("close", () => reject(new Error(`The function ended:\n${printed.join("\n")}`)));
  });
  return {
    address: await address,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
