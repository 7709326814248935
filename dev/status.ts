/** `npm run -s status`: addresses and keys as KEY=value lines. Exit code 0 when all is up, else 1. */
import { readLocalStatus } from "./local/local-status.ts";
import { readOptions } from "./local/options.ts";
import { readRemoteStatus } from "./local/remote-status.ts";

const { stateDir, remote } = readOptions(process.argv.slice(2));
const status = remote === undefined ? await readLocalStatus(stateDir) : await readRemoteStatus(stateDir, remote);
if (status === undefined) {
  console.error(`Nothing is running here: npm start${remote === undefined ? "" : " -- --remote"}`);
  process.exit(1);
}
// Quoted only where a shell would stumble, so that a plain split at = serves as well.
const quoted = (value: string) => (/^[\w./:@%+=,-]*$/.test(value) ? value : JSON.stringify(value));
for (const [name, value] of Object.entries(status.lines)) console.log(`${name}=${quoted(value)}`);
if (status.down.length > 0) {
  console.error(`Not up: ${status.down.join(", ")}. The logs are in ${stateDir}/logs`);
  process.exitCode = 1;
}
