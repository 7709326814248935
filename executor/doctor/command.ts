import { type Config, ConfigError, environment, readConfig } from "../config.ts";
import { lookAtInstances } from "../instance.ts";
import { createRedact } from "../redact.ts";
import { MACHINE_CHECKS } from "./checks/index.ts";
import { describeConfigError } from "./checks/settings.ts";
import { describeFindings } from "./describe.ts";
import { diagnose } from "./diagnose.ts";
import { diagnoseExecutor } from "./diagnose-executor.ts";
import { exitCodeOf, type Finding, worstOf } from "./finding.ts";
import { thisMachine } from "./machine.ts";
import { executorIdOf, type PatientOptions } from "./patient.ts";
import { reportFindings } from "./report.ts";

interface DoctorCommand {
  args: string[];
  connect(config: Config): Pick<PatientOptions, "database" | "connectLive">;
  /** What every text passes on its way out of this machine. */
  redactFor(config: Config): ReturnType<typeof createRedact>;
}

/**
 * `doctor [--json]`: looks at everything this executor needs. Pages see what it found, when the database knows the executor
 * already.
 * @returns the exit code: 0 when all is well, 1 with a warning, 2 when something keeps it from working
 */
export async function doctor(command: DoctorCommand): Promise<number> {
  const { args } = command;
  if (args.some((arg) => arg !== "--json")) throw new ConfigError("doctor takes --json, and nothing else");
  const findings = await look(command);
  const worst = worstOf(findings);
  process.stdout.write(args.length > 0 ? `${JSON.stringify({ findings, worst })}\n` : describeFindings(findings));
  return exitCodeOf(worst);
}

async function look(command: DoctorCommand): Promise<Finding[]> {
  let config: Config;
  let executorId: string | null;
  try {
    config = readConfig();
    executorId = await executorIdOf(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...describeConfigError(error), ...(await diagnose(thisMachine(environment), MACHINE_CHECKS))];
  }
  const { database, connectLive } = command.connect(config);
  const findings = await diagnoseExecutor({ config, database, connectLive, isItself: false });
  const [instanceId] = (await lookAtInstances(config.stateDir)).instances;
  if (executorId !== null && instanceId !== undefined) {
    const redact = command.redactFor(config);
    // Without the database there is a finding that says so, and another executor under this id has findings of its own.
    await reportFindings(findings, { database, executorId, instanceId, redact }).catch(() => undefined);
  }
  return findings.map((finding) => withoutSecrets(finding, config));
}

/** For the eyes of whoever sits at this machine: commands with paths that work. */
function withoutSecrets({ message, hint, ...finding }: Finding, { credential }: Config): Finding {
  const hide = createRedact(["serviceRoleKey" in credential ? credential.serviceRoleKey : credential.password], "");
  return { ...finding, message: hide(message), ...(hint !== undefined && { hint: hide(hint) }) };
}
