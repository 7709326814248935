import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { vi } from "vitest";

interface StartCommandOptions {
  /** What start, stop and status are given. */
  shared: string[];
  /** What start alone is given. */
  openclaw: string;
  cwd: string;
  /** Beside what the test process has. */
  env: Record<string, string>;
}

/** `npm start`, `npm stop` and `npm run status` as processes, as a user has them. */
export function createStartCommands({ shared, openclaw, cwd, env }: StartCommandOptions) {
  const launch = (name: "start" | "stop" | "status", args: string[] = []) =>
    execa(process.execPath, [fileURLToPath(new URL(`../${name}.ts`, import.meta.url)), ...shared, ...args], {
      ...{ reject: false, all: true, stdin: "ignore" },
      ...{ cwd, env },
    });
  const running: ReturnType<typeof launch>[] = [];
  const command = (name: "stop" | "status") => launch(name);

  function run(bin = openclaw) {
    const started = launch("start", ["--openclaw", bin]);
    running.push(started);
    return started;
  }

  return {
    run,
    command,

    /** Answers when it says that it is up. */
    async start() {
      const started = run();
      let output = "";
      started.all.on("data", (chunk) => {
        output += chunk;
      });
      const isUp = vi.waitFor(
        () => {
          const url = /Dashboard {2}(?<url>\S+)/.exec(output)?.groups?.["url"];
          if (url === undefined) throw new Error(`Not up yet: ${output}`);
          return url;
        },
        { timeout: 60_000, interval: 100 },
      );
      const ended = started.then(({ all }) => Promise.reject(new Error(`npm start ended: ${all}`)));
      return { process: started, dashboard: await Promise.race([isUp, ended]), output: () => output };
    },

    async stopAll(): Promise<void> {
      await command("stop");
      await Promise.all(running);
    },
  };
}
