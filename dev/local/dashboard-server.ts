import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import type { RemoteProject } from "./options.ts";

const ROOT = fileURLToPath(new URL("../../dashboard", import.meta.url));

/** Serves the dashboard on 127.0.0.1, pointed at this project. */
export async function serveDashboard(
  { port, stateDir }: { port: number; stateDir: string },
  project: RemoteProject,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createHttpServer();
  const vite = await createServer({
    root: ROOT,
    // Two stacks of one checkout would pull each other's prepared packages away.
    cacheDir: join(stateDir, "vite"),
    logLevel: "error",
    clearScreen: false,
    // With a server of its own Vite would end this process on SIGTERM before the other parts are stopped.
    // Without hmr.server updates would come by a port of Vite's own, which any other Vite on this machine may hold.
    server: { middlewareMode: { server }, hmr: { server } },
    appType: "spa",
    define: {
      "import.meta.env.VITE_SUPABASE_URL": JSON.stringify(project.apiUrl),
      "import.meta.env.VITE_SUPABASE_KEY": JSON.stringify(project.publishableKey),
    },
  });
  server.on("request", vite.middlewares);
  server.listen({ port, host: "127.0.0.1" });
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await vite.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
