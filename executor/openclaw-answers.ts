import { z } from "zod";
import { type RuntimeAgent, runtimeAgent } from "#contract";
import { cleanDiagnostics } from "./diagnostics.ts";
import { AgentExistsError, AgentMissingError, ExecutorError } from "./errors.ts";
import { parseJsonOutput } from "./json-output.ts";

export interface CommandOutput {
  exitCode: number | null;
  /** What ended it, when it did not end by itself. */
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

const failureBody = z.object({ ok: z.literal(false), error: z.object({ message: z.string() }) });

/** Of everything that is written, by the CLI and by the gateway. */
export const changeAnswer = z.object({ agentId: z.string() });

export const listAnswer = z.array(
  z
    .object({
      id: z.string(),
      name: z.string().optional(),
      identityName: z.string().optional(),
      identityEmoji: z.string().optional(),
      workspace: z.string(),
      isDefault: z.boolean(),
    })
    .transform(
      ({ id, name, identityName, identityEmoji, workspace, isDefault }): RuntimeAgent =>
        runtimeAgent.parse({
          id: storable(id),
          name: storable(identityName ?? name ?? id),
          emoji: storable(identityEmoji ?? ""),
          workspace: storable(workspace),
          isDefault,
        }),
    ),
);

/** What Postgres cannot store in jsonb; an agent that somebody else named so must not keep ours from being settled. */
const storable = (text: string) => text.toWellFormed().replaceAll("\0", "");

const lastLine = (text: string) => cleanDiagnostics(text).split("\n").at(-1)?.trim() ?? "";
const withoutPeriod = (text: string) => text.trim().replace(/\.$/, "");

function refusal(message: string, diagnostics: string): ExecutorError {
  const sentence = `OpenClaw refused: ${withoutPeriod(cleanDiagnostics(message))}`;
  if (/\balready exists\b/i.test(message)) return new AgentExistsError("openclaw_failed", sentence, { diagnostics });
  if (/^agent "[^"]*" not found\b/i.test(message))
    return new AgentMissingError("openclaw_failed", sentence, { diagnostics });
  return new ExecutorError("openclaw_failed", sentence, { diagnostics });
}

/** Why a command that ended by itself is a failure, when it printed no error body. */
function brokenRun(verb: string, { exitCode, stdout, stderr }: CommandOutput, diagnostics: string): ExecutorError {
  // 126 and 127 are the shell's and env's own: the file cannot be executed, or the program its first line names is absent.
  if (exitCode === 126 || exitCode === 127) {
    const hint = "Reinstall OpenClaw, or set OPENCLAW_BIN to its executable and restart the executor";
    return new ExecutorError("openclaw_missing", "OpenClaw cannot be started", { hint, diagnostics });
  }
  if (/requires Node/i.test(stderr)) {
    const hint = "Run the executor under the Node version that OpenClaw asks for";
    const why = withoutPeriod(lastLine(stderr));
    return new ExecutorError("openclaw_missing", `OpenClaw cannot be started: ${why}`, { hint, diagnostics });
  }
  const how = exitCode === null ? "was ended by a signal" : `ended with exit code ${exitCode}`;
  const why = lastLine(stderr) || lastLine(stdout);
  return new ExecutorError("openclaw_failed", `openclaw ${verb} ${how}${why && `: ${withoutPeriod(why)}`}`, {
    diagnostics,
  });
}

/**
 * What a command that ended by itself has answered.
 * @throws AgentExistsError, ExecutorError openclaw_failed | openclaw_unreadable | openclaw_missing
 */
export function readAnswer<T>(verb: string, output: CommandOutput, shape: z.ZodType<T>): T {
  const diagnostics = cleanDiagnostics(output.stderr || output.stdout);
  const either = z.union([
    failureBody.transform((failure) => ({ failure })),
    shape.transform((answer) => ({ answer })),
  ]);
  let read: z.infer<typeof either>;
  try {
    read = parseJsonOutput(output.stdout, either);
  } catch (cause) {
    if (output.exitCode !== 0) throw brokenRun(verb, output, diagnostics);
    throw new ExecutorError("openclaw_unreadable", `The answer of openclaw ${verb} is not what this version can read`, {
      hint: "Compare the OpenClaw version with the one that Hatchery supports",
      diagnostics,
      cause,
    });
  }
  if ("failure" in read) throw refusal(read.failure.error.message, diagnostics);
  if (output.exitCode !== 0) throw brokenRun(verb, output, diagnostics);
  return read.answer;
}

/** The number in the output of `--version`. */
export function readVersion(output: CommandOutput): string {
  const diagnostics = cleanDiagnostics(output.stderr || output.stdout);
  if (output.exitCode !== 0) throw brokenRun("--version", output, diagnostics);
  const [number] = /\d+\.\d+\.\d+\S*/.exec(output.stdout) ?? [];
  if (!number)
    throw new ExecutorError("openclaw_unreadable", "openclaw --version did not print a version", { diagnostics });
  return number;
}
