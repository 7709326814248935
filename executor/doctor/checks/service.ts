import type { Check } from "../check.ts";
import { ok, type Verdict, warn } from "../finding.ts";

/** Whether the service, where there is one, runs this checkout under this Node. */
export const serviceCheck: Check = {
  name: "service",
  async look({ readInstallation }) {
    const installed = await readInstallation();
    if (installed === null) return [];
    const verdicts = installed.stale.map((why): Verdict => warn(why, "npm run executor -- install"));
    return verdicts.length > 0 ? verdicts : [ok(`Installed as ${installed.file}`)];
  },
};
