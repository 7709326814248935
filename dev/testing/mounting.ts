import { spawnSync } from "node:child_process";

/**
 * The words before a command for which one thing more is mounted, in a mount namespace of its own, so that nobody needs to be
 * root and nothing stays mounted. What it sees there is in `/proc/<pid>/root`.
 * @param mount arguments of `mount`; the last one is the place
 */
export const mounting = (...mount: string[]): string[] => [
  ...["unshare", "-rm", "bash", "-c", `mount "\${@:1:$0}" && exec "\${@:$0+1}"`, String(mount.length)],
  ...mount,
];

const [file = "", ...words] = mounting("-t", "tmpfs", "tmpfs", "/mnt");
/** Not on a Mac, and not where namespaces are forbidden. */
export const canMount = process.platform === "linux" && spawnSync(file, [...words, "true"]).status === 0;
