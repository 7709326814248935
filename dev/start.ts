/** `npm start`: everything on this machine, or with `--remote` all but Supabase, until Ctrl-C, `npm stop`, or the crash of a part. */
import { type LocalOptions, type RemoteProject, readOptions } from "./local/options.ts";
import { checkBinaries } from "./stack/binaries.ts";
import { createTeardown } from "./stack/teardown.ts";

const teardown = createTeardown();
const stopped = Promise.withResolvers<"stopped">();
// "on", not "once": an impatient second Ctrl-C must not cut the ordered end short.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopped.resolve("stopped"));

async function start(): Promise<never> {
  const options = readOptions(process.argv.slice(2));
  return options.remote === undefined ? await startLocally(options) : await startRemotely(options, options.remote);
}

async function startLocally(options: LocalOptions): Promise<never> {
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

async function startRemotely(options: LocalOptions, project: RemoteProject): Promise<never> {
  const { startRemote } = await import("./local/start-remote.ts");
  const { dashboardUrl, isEnrolled, crashed } = await startRemote(options, project, teardown);
  const { enrollAdvice } = await import("./local/remote-executor.ts");
  console.log(`
Hatchery is up, with the Supabase project at ${project.apiUrl}.

  Dashboard  ${dashboardUrl}

Sign in there as a member of the project. "npm stop -- --remote" or Ctrl-C stops everything here.
`);
  if (!isEnrolled)
    console.log(`This machine is no executor of that project. To make it one, with a sandboxed OpenClaw that takes requests like any
other executor there, enroll it as an owner of every project and start again:

  ${enrollAdvice(options.stateDir, project)}
`);
  throw await crashed;
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
