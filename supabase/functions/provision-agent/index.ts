import { createApp } from "./app.ts";
import { createCallerReader } from "./caller.ts";
import { connectDatabase } from "./database.ts";
import { readEnvironment } from "./environment.ts";

const environment = readEnvironment(Deno.env.toObject());
const app = createApp(createCallerReader(environment), connectDatabase(environment));

Deno.serve(app.fetch);
