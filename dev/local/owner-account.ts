import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "../stack/error-code.ts";
import type { Stack } from "../stack/index.ts";

const account = z.object({ email: z.email(), password: z.string() });
/** The person who signs in to the local stack. */
export type OwnerAccount = z.infer<typeof account>;

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

/** Makes sure the local owner exists; answers the account and the part of an address (after #) that signs in by itself. */
export async function signInOwner(stateDir: string, auth: Stack["auth"]): Promise<OwnerAccount & { fragment: string }> {
  let owner = await readOwnerAccount(stateDir);
  if (owner === undefined) {
    owner = { email: "owner@hatchery.local", password: randomBytes(12).toString("base64url") };
    // Written first: a kill between the two leaves a password that the next start gives to the user it makes.
    await writeFile(fileIn(stateDir), JSON.stringify(owner), { mode: 0o600 });
  }
  const user = (await auth.findUser(owner.email)) ?? (await auth.createUser(owner));
  const session = await auth.createSession(user);
  const fragment = new URLSearchParams({
    access_token: session.access_token,
    refresh_token: session.refresh_token,
    expires_in: String(session.expires_in),
    token_type: "bearer",
    type: "magiclink",
  });
  return { ...owner, fragment: fragment.toString() };
}
