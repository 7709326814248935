import type { z } from "zod";
import { Refusal } from "./refusal.ts";

/** The command in a request's body (JSON, UTF-8). Throws a Refusal (400) that names the first field that is wrong. */
export async function parseCommand<Command>(schema: z.ZodType<Command>, request: Request): Promise<Command> {
  const bytes = await request.arrayBuffer();
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Refusal("The body is not JSON", { status: 400, code: "invalid_request", cause: error });
  }

  const parsed = schema.safeParse(body, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path.join(".");
  throw new Refusal(issue?.message ?? "The command is not valid", {
    status: 400,
    code: "invalid_request",
    field: field || undefined,
    cause: parsed.error,
  });
}

/** Words for what the contract leaves to zod. */
function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  const field = issue.path?.join(".") || "The body";
  if (issue.code === "unrecognized_keys") return `There is no field ${issue.keys.join(", ")}`;
  if (issue.code !== "invalid_type") return undefined;
  return issue.input === undefined
    ? `${field} is missing`
    : `${field} has the wrong type: ${issue.expected} is expected`;
}
