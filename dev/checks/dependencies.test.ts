import { expect, test } from "vitest";
import { looseVersions, missingFromLock, otherVersions, unnamedScripts } from "./dependencies.ts";

test("an optional package that no node_modules above its wanter holds is missing", () => {
  const lock = {
    packages: {
      "": { optionalDependencies: { chromium: "1.0.0" } },
      "node_modules/a": { optionalDependencies: { "a-linux": "1.0.0", "a-darwin": "1.0.0" } },
      "node_modules/a/node_modules/a-linux": {},
      "node_modules/@scope/b/node_modules/c": {
        optionalDependencies: { top: "1.0.0", nested: "1.0.0", aside: "1.0.0" },
      },
      "node_modules/top": {},
      "node_modules/@scope/b/node_modules/nested": {},
      "node_modules/d/node_modules/aside": {},
    },
  };

  expect(missingFromLock(lock)).toEqual([
    "package.json: chromium",
    "node_modules/a: a-darwin",
    "node_modules/@scope/b/node_modules/c: aside",
  ]);
});

test("only exact versions pass", () => {
  const manifest = {
    dependencies: { exact: "1.2.3", caret: "^1.2.3" },
    devDependencies: { beta: "17.10.0-beta.17", tag: "latest", range: "1.x" },
    overrides: { tilde: "~1.2.3" },
  };

  expect(looseVersions(manifest)).toEqual(["caret: ^1.2.3", "tag: latest", "range: 1.x", "tilde: ~1.2.3"]);
});

test("a function asks for the versions that package.json has", () => {
  const manifest = {
    dependencies: { zod: "4.6.7", "@supabase/supabase-js": "2.119.0" },
    devDependencies: { hono: "4.13.19" },
  };
  const imports = {
    zod: "npm:zod@4.6.7",
    "hono/cors": "npm:hono@4.13.19/cors",
    "@supabase/supabase-js": "npm:@supabase/supabase-js@2.100.0",
    unpinned: "npm:hono",
    absent: "npm:left-pad@1.3.0",
  };

  expect(otherVersions({ imports }, manifest)).toEqual([
    "npm:@supabase/supabase-js@2.100.0",
    "npm:hono",
    "npm:left-pad@1.3.0",
  ]);
});

test("an install script has to be named, allowed or not", () => {
  const lock = {
    packages: {
      "": {},
      "node_modules/plain": {},
      "node_modules/allowed": { hasInstallScript: true },
      "node_modules/a/node_modules/@scope/denied": { hasInstallScript: true },
      "node_modules/a/node_modules/new": { hasInstallScript: true },
    },
  };

  expect(unnamedScripts(lock, { allowScripts: { allowed: true, "@scope/denied": false } })).toEqual(["new"]);
  expect(unnamedScripts(lock, {})).toEqual(["allowed", "@scope/denied", "new"]);
});
