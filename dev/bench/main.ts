/** `npm run bench`: what is measured side by side, on this machine and in one run. Clocks decide nothing here; people do. */
import { benchGatewayRoad } from "./gateway-road.ts";

const ROUNDS = 5;

// So that what is on the way out ends the gateway too.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

await benchGatewayRoad(ROUNDS, (line) => process.stdout.write(`${line}\n`));
