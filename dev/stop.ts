/** `npm stop`: ends what `npm start` runs from this checkout, or what a killed one left behind. */
import { readOptions } from "./local/options.ts";
import { readOwner, reapOrphans } from "./stack/index.ts";
import { isSameProcess, sendSignal } from "./stack/process-table.ts";
import { until } from "./stack/until.ts";

const { stateDir } = readOptions(process.argv.slice(2));
const owner = await readOwner(stateDir);
if (owner !== undefined) {
  sendSignal(owner.pid, "SIGTERM");
  await until("everything has stopped", async () => !(await isSameProcess(owner.pid, owner.startTime)), 90_000);
  console.log("Stopped");
} else {
  const ended = await reapOrphans(stateDir);
  console.log(ended.length === 0 ? "Nothing was running" : `Ended what a killed run left behind: ${ended.join(", ")}`);
}
