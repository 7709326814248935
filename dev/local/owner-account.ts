import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "../stack/error-code.ts";
import type { Stack } from "../stack/index.ts";
import { sessionFragment } from "./session-fragment.ts";

const account = z.object({ email: z.email(), password: z.string() });
/** The person who signs in to the local stack. */
export type OwnerAccount = z.infer<typeof account>;

/** The address of the person who signs in to the local stack. */
export const OWNER_EMAIL = "owner@hatchery.local";

const fileIn = (stateDir: string) => join(stateDir, "owner-account.json");

/** The account that an earlier start made; undefined when none did. */
export async function readOwnerAccount(stateDir: string): Promise<OwnerAccount | undefined> {
  try {
    return account.parse(JSON.parse(await readFile(fileIn(stateDir), "utf8")));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes sure the local owner exists; answers the account, its user id, and the part of an address (after #) that signs in by itself. */
export async function signInOwner(
  stateDir: string,
  auth: Stack["auth"],
): Promise<OwnerAccount & { id: string; fragment: string }> {
  let owner = await readOwnerAccount(stateDir);
  if (owner === undefined) {
    owner = { email: OWNER_EMAIL, password: randomBytes(12).toString("base64url") };
    // Written first: a kill between the two leaves a password that the next start gives to the user it makes.
    await writeFile(fileIn(stateDir), JSON.stringify(owner), { mode: 0o600 });
  }
  const user = (await auth.findUser(owner.email)) ?? (await auth.createUser(owner));
  return { ...owner, id: user.id, fragment: sessionFragment(await auth.createSession(user)) };
}
