import { join } from "node:path";
import type { Machine } from "./machine.ts";
import type { CommandOutput } from "./run-command.ts";
import { ServiceError } from "./service-error.ts";
import type { ServiceManager, ServiceState } from "./service-manager.ts";
import { readUnit, writeUnit } from "./unit.ts";

const UNIT = "hatchery-executor.service";
const UNIT_MODE = 0o644;
const PROPERTIES = ["LoadState", "ActiveState", "MainPID", "ExecMainCode", "ExecMainStatus"];
/** Of `ExecMainCode`: CLD_EXITED. Others are CLD_KILLED and CLD_DUMPED; 0 is before the first end. */
const EXITED = "1";

export function createSystemd(machine: Machine): ServiceManager {
  const configHome = machine.env["XDG_CONFIG_HOME"] || join(machine.home, ".config");
  const file = join(configHome, "systemd", "user", UNIT);

  async function act(...command: string[]): Promise<void> {
    const answer = await machine.act("systemctl", "--user", ...command);
    if (answer.exitCode !== 0) throw refusal(command, answer);
  }

  async function show(): Promise<Record<string, string>> {
    const command = ["show", UNIT, `--property=${PROPERTIES.join(",")}`];
    const answer = await machine.look("systemctl", "--user", ...command);
    if (answer.exitCode !== 0) throw refusal(command, answer);
    return Object.fromEntries(answer.stdout.split("\n").map((line) => line.split("=", 2)));
  }

  function refusal(command: string[], { exitCode, stderr }: CommandOutput): ServiceError {
    if (/Failed to connect to (?:user scope )?bus/.test(stderr)) {
      return new ServiceError(
        `systemd of ${machine.user} cannot be reached (${stderr.trim()}): log in as ${machine.user} itself, not through su or sudo, or let it run without a session: sudo loginctl enable-linger ${machine.user}`,
      );
    }
    const advice = `look at it (systemctl --user status ${UNIT}), then try again`;
    return new ServiceError(
      `systemctl --user ${command.join(" ")} ended with ${exitCode} (${stderr.trim() || "without a word"}): ${advice}`,
    );
  }

  async function requireUnmasked(): Promise<void> {
    if ((await show())["LoadState"] !== "masked") return;
    throw new ServiceError(
      `Somebody has forbidden ${UNIT} to run (masked). To allow it: systemctl --user unmask ${UNIT}`,
    );
  }

  return {
    file,
    define: writeUnit,
    read: readUnit,
    async install(definition) {
      await requireUnmasked();
      await machine.write(file, definition, UNIT_MODE);
      await act("daemon-reload");
      await act("enable", UNIT);
      await act("restart", UNIT);
    },
    async uninstall() {
      await act("disable", "--now", UNIT);
      await machine.remove(file);
      await act("daemon-reload");
    },
    async start() {
      await requireUnmasked();
      await act("enable", "--now", UNIT);
    },
    stop: () => act("disable", "--now", UNIT),
    async state() {
      const { ActiveState, MainPID = "0", ...main } = await show();
      const isLoaded = ActiveState !== "inactive" && ActiveState !== "failed";
      return { isLoaded, pid: Number(MainPID) || null, lastEnd: lastEndOf(main) };
    },
    async remarks() {
      const { stdout } = await machine.look("loginctl", "show-user", machine.user, "--property=Linger");
      if (stdout.trim() !== "Linger=no") return [];
      return [`It ends when ${machine.user} logs out. To let it run on: sudo loginctl enable-linger ${machine.user}`];
    },
  };
}

function lastEndOf({ ExecMainCode = "0", ExecMainStatus = "0" }: Record<string, string>): ServiceState["lastEnd"] {
  if (ExecMainCode === "0") return null;
  return ExecMainCode === EXITED ? { exitCode: Number(ExecMainStatus) } : { signal: ExecMainStatus };
}
