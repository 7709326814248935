import { z } from "zod";
import { parsePath } from "./parse-path.ts";

const requestPath = z.object({ id: z.guid("The id of a request is a UUID") });

/** The id of a request as a path names it. Throws a Refusal (400). */
export function parseRequestId(id: string): string {
  return parsePath(requestPath, { id }).id;
}
