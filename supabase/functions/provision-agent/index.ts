import { createApp } from "./app.ts";
import { createCallerReader } from "./caller.ts";
import { connectDatabase } from "./database.ts";
import { readEnvironment } from "./environment.ts";
import { connectMachineUsers } from "./machine-users.ts";

const environment = readEnvironment(Deno.env.toObject());
const app = createApp(
  environment,
  createCallerReader(environment),
  connectDatabase(environment),
  connectMachineUsers(environment),
);

Deno.serve(app.fetch);
