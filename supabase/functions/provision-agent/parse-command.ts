import type { z } from "zod";
import type { BatchError } from "../_shared/contract.ts";
import { Refusal } from "./refusal.ts";

/** The JSON (UTF-8) in a request's body. Throws a Refusal (400). */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await request.arrayBuffer();
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Refusal("The body is not JSON", { status: 400, code: "invalid_request", cause: error });
  }
}

/**
 * The command that a body holds. Throws a Refusal (400) that names the first field that is wrong, and for a batch what is
 * wrong with each agent.
 */
export function parseCommand<Command>(schema: z.ZodType<Command>, body: unknown): Command {
  const parsed = schema.safeParse(body, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const errors = issues.flatMap(toBatchError);
  throw new Refusal(issues[0]?.message ?? "The command is not valid", {
    status: 400,
    code: "invalid_request",
    field: issues[0] && fieldOf(issues[0], issues[0].path),
    errors: errors.length > 0 ? errors : undefined,
    cause: parsed.error,
  });
}

function toBatchError(issue: z.core.$ZodIssue): BatchError[] {
  const [list, index, ...path] = issue.path;
  if (list !== "agents" || typeof index !== "number") return [];
  const field = fieldOf(issue, path);
  return [{ index, code: "invalid_request", message: issue.message, ...(field !== undefined && { field }) }];
}

function fieldOf(issue: z.core.$ZodIssue, path: PropertyKey[]): string | undefined {
  return (issue.code === "unrecognized_keys" ? issue.keys[0] : path.join(".")) || undefined;
}

/** Words for what the contract leaves to zod. */
function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  const last = issue.path?.at(-1) ?? "The body";
  const field = typeof last === "number" ? "The agent" : last;
  if (issue.code === "unrecognized_keys") return `There is no field ${issue.keys.join(", ")}`;
  if (issue.code !== "invalid_type") return undefined;
  return issue.input === undefined
    ? `${String(field)} is missing`
    : `${String(field)} has the wrong type: ${issue.expected} is expected`;
}
