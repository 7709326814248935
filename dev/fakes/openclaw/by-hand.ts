import { parseArgs } from "node:util";
import { readConfig, writeConfig } from "./config-file.ts";
import { readFakeMode, setFakeMode } from "./mode.ts";

/** What a person does with it at a terminal, as if they had answered every question. @returns whether it was such a command */
export function doByHand(argv: string[], home: string, stateDir: string): boolean {
  const line = argv.join(" ");
  if (line === "onboard") {
    writeConfig(stateDir, readConfig(stateDir));
    return true;
  }
  if (!line.startsWith("models auth login")) return false;
  const { values } = parseArgs({
    args: argv.slice(3),
    options: { provider: { type: "string" }, agent: { type: "string", default: "main" } },
  });
  const { missingProviders, ...mode } = readFakeMode(home);
  const missing = (missingProviders[values.agent] ?? []).filter((provider) => provider !== values.provider);
  setFakeMode(home, { ...mode, missingProviders: { ...missingProviders, [values.agent]: missing } });
  return true;
}
