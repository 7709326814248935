import type { z } from "zod";
import { Refusal } from "./refusal.ts";

/** What a path names. Throws a Refusal (400) that names the first part which is wrong. */
export function parsePath<Named>(schema: z.ZodType<Named>, path: unknown): Named {
  const parsed = schema.safeParse(path);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refusal(sentenceOf(issue), {
    status: 400,
    code: "invalid_request",
    field: issue?.path.join("."),
    cause: parsed.error,
  });
}

/** Of several things that would do, the last one that is named is the one that people mean. */
function sentenceOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "invalid_union") return sentenceOf(issue.errors.at(-1)?.[0]);
  return issue?.message ?? "The address is not valid";
}
