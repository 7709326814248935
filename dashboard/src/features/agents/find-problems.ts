import type { z } from "zod";
import { createAgentCommand } from "#contract";

/** The first thing that the contract has against each field; empty when the command may be sent. */
export function findProblems(command: z.input<typeof createAgentCommand>): Partial<Record<string, string>> {
  const parsed = createAgentCommand.safeParse(command);
  if (parsed.success) return {};
  const problems: Partial<Record<string, string>> = {};
  for (const { path, message } of parsed.error.issues) problems[path.join(".")] ??= message;
  return problems;
}
