import type { z } from "zod";

/** The first thing that the contract has against each field; empty when the command may be sent. */
export function findProblems<Schema extends z.ZodType>(
  schema: Schema,
  command: z.input<Schema>,
): Partial<Record<string, string>> {
  const parsed = schema.safeParse(command);
  if (parsed.success) return {};
  const problems: Partial<Record<string, string>> = {};
  for (const { path, message } of parsed.error.issues) problems[path.join(".")] ??= message;
  return problems;
}
