import { z } from "zod";
import { Refusal } from "./refusal.ts";

/** The id of a request as a path names it. Throws a Refusal (400). */
export function parseRequestId(id: string): string {
  const parsed = z.guid().safeParse(id);
  if (parsed.success) return parsed.data;
  throw new Refusal("The id of a request is a UUID", {
    status: 400,
    code: "invalid_request",
    field: "id",
    cause: parsed.error,
  });
}
