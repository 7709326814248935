import { type ConfigError, credentialFile } from "../../config.ts";
import type { Check } from "../check.ts";
import { type Finding, fail, ok } from "../finding.ts";

const name = "settings";

/** Reading the settings is what is looked at: that there is a patient says that they are good. */
export const settingsCheck: Check = {
  name,
  async look({ config, executorId }) {
    const who = executorId ?? "an executor that gets its id at its first start";
    return [ok(`Valid, for ${who} at ${config.supabaseUrl}`)];
  },
};

/** Every wrong setting; its advice is a sentence of its own there. */
export function describeConfigError({ message }: ConfigError): Finding[] {
  const [title = "", ...wrong] = message.split("\n  ");
  return (wrong.length > 0 ? wrong : [title]).map((line) => {
    const [what = "", ...advice] = line.split(". ");
    const hint = advice.join(". ").replace(/^Run: /, "");
    const file = "the environment, or in the file that HATCHERY_ENV_FILE names";
    return { check: name, ...fail(what, hint || `Correct it in ${file}, or in ${credentialFile("STATE_DIR")}`) };
  });
}
