/** `npm run bench`: what is measured side by side, on this machine and in one run. Clocks decide nothing here; people do. */
import { benchGatewayRoad } from "./gateway-road.ts";

const ROUNDS = 5;

await benchGatewayRoad(ROUNDS, (line) => process.stdout.write(`${line}\n`));
