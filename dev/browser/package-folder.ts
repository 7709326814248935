import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname } from "node:path";
import { z } from "zod";
import { errorCode } from "../stack/error-code.ts";

const manifest = z.object({ version: z.string() });

/** Where npm put a package, and its version; undefined when it is not installed. */
export function packageFolder(name: string): { folder: string; version: string } | undefined {
  const file = findManifest(name);
  if (file === undefined) return undefined;
  return { folder: dirname(file), version: manifest.parse(JSON.parse(readFileSync(file, "utf8"))).version };
}

function findManifest(name: string): string | undefined {
  try {
    return findPackageJSON(name, import.meta.url);
  } catch (error) {
    if (errorCode(error) === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
