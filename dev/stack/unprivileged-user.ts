import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { execa } from "execa";

export type User = { name: string; uid: number; gid: number };

/** Postgres refuses to run as root; in a container it runs as `postgres`, or `nobody` where that is missing. */
export async function unprivilegedUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const asPostgres = await execa("id", ["-u", "postgres"], { reject: false });
  const name = asPostgres.exitCode === 0 ? "postgres" : "nobody";
  const [uid, gid] = await Promise.all([execa("id", ["-u", name]), execa("id", ["-g", name])]);
  return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** @throws Error that names the folder which keeps the user from getting to `path`, and says what to do. */
export async function checkReach(path: string, { name, uid, gid }: User): Promise<void> {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const owner = await stat(folder);
    const mayEnter = owner.uid === uid ? 0o100 : owner.gid === gid ? 0o010 : 0o001;
    if ((owner.mode & mayEnter) !== 0) continue;
    throw new Error(
      `You are root, so Postgres runs as the user ${name}, who cannot enter ${folder}. ` +
        `Run chmod o+x ${folder}, or put this checkout somewhere else`,
    );
  }
}
