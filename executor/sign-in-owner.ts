import { createInterface } from "node:readline/promises";
import { type Readable, Writable } from "node:stream";
import type { SupabaseClient } from "@supabase/supabase-js";
import { EnrollError } from "./enroll.ts";

interface Terminal {
  input: Readable & { isTTY?: boolean };
  output: Writable;
}

/**
 * Asks at the terminal who the owner is, and signs in; the password is not shown.
 * @throws EnrollError when there is no terminal, the password is wrong, or somebody left with Ctrl-C or Ctrl-D
 */
export async function signInOwner(
  auth: Pick<SupabaseClient["auth"], "signInWithPassword">,
  { input, output }: Terminal,
): Promise<string> {
  if (!input.isTTY) throw new EnrollError("There is no terminal to ask at: set OWNER_ACCESS_TOKEN to an owner's token");
  let isSilent = false;
  const silenceable = new Writable({
    // At once: what waited for the output would be judged by what is asked for next.
    write: (chunk, _encoding, done) => {
      if (!isSilent) output.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: silenceable, terminal: true });
  try {
    const email = (await lines.question("E-mail of an owner: ")).trim();
    const answer = lines.question("Password (not shown): ");
    isSilent = true;
    const password = await answer;
    output.write("\n");
    const { data, error } = await auth.signInWithPassword({ email, password });
    if (error !== null) throw new EnrollError(`Not signed in: ${error.message}`, { cause: error });
    return data.session.access_token;
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error;
    throw new EnrollError("\nNobody signed in, and nothing was changed", { cause: error });
  } finally {
    lines.close();
  }
}
