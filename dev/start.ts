/** `npm start`: everything on this machine, until Ctrl-C, `npm stop`, or the crash of a part. */
import { readOptions } from "./local/options.ts";
import { checkBinaries } from "./stack/binaries.ts";
import { createTeardown } from "./stack/teardown.ts";

const teardown = createTeardown();
const stopped = Promise.withResolvers<"stopped">();
// "on", not "once": an impatient second Ctrl-C must not cut the ordered end short.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopped.resolve("stopped"));

async function start(): Promise<"stopped"> {
  const options = readOptions(process.argv.slice(2));
  checkBinaries();
  // Not above: what it imports loads native parts, and those may be what is missing.
  const { startEverything } = await import("./local/start-everything.ts");
  const everything = await startEverything(options, teardown);
  console.log(`
Hatchery is up.

  Dashboard  ${everything.signInUrl}
  API        ${everything.apiUrl}

That address signs you in. "npm run -s status" prints keys and addresses, Ctrl-C stops everything.
`);
  throw await everything.crashed;
}

try {
  await Promise.race([start(), stopped.promise]);
  console.log("Stopping…");
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await teardown.run();
}
process.exit();
