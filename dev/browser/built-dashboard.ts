import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { preview } from "vite";
import { claimPort, type Stack } from "../stack/index.ts";
import { PUBLIC_HOST } from "./launch-options.ts";

const ROOT = fileURLToPath(new URL("../../dashboard", import.meta.url));

type BuildOptions = {
  /** The dashboard's files go to `<stateDir>/dashboard`, and its port is remembered here. */
  stateDir: string;
  stack: Pick<Stack, "apiUrl" | "publishableKey">;
  /** `development` has React say what is wrong with a component; `production` is what people load. */
  react: "development" | "production";
};

/** Builds the dashboard for this stack and serves it on 127.0.0.1, as a host of static files would. */
export async function serveBuiltDashboard({ stateDir, stack, react }: BuildOptions) {
  const outDir = `${stateDir}/dashboard`;
  // A process of its own: the plugins look at NODE_ENV, which is "test" in a test.
  await execa("vite", ["build", "--outDir", outDir, "--emptyOutDir", "--logLevel", "error"], {
    cwd: ROOT,
    preferLocal: true,
    env: { NODE_ENV: react, VITE_SUPABASE_URL: stack.apiUrl, VITE_SUPABASE_KEY: stack.publishableKey },
  });
  const port = await claimPort(stateDir, "dashboard", console.error);
  const server = await preview({
    root: ROOT,
    logLevel: "error",
    build: { outDir },
    preview: { port, host: "127.0.0.1", strictPort: true, allowedHosts: [PUBLIC_HOST] },
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}
