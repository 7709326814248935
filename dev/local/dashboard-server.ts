import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import type { Stack } from "../stack/index.ts";

const ROOT = fileURLToPath(new URL("../../dashboard", import.meta.url));

/** Serves the dashboard on 127.0.0.1, pointed at the local stack. */
export async function serveDashboard(port: number, stack: Stack): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = await createServer({
    root: ROOT,
    logLevel: "error",
    clearScreen: false,
    server: { host: "127.0.0.1", port, strictPort: true },
    define: {
      "import.meta.env.VITE_SUPABASE_URL": JSON.stringify(stack.apiUrl),
      "import.meta.env.VITE_SUPABASE_KEY": JSON.stringify(stack.publishableKey),
    },
  });
  await server.listen();
  return { url: `http://127.0.0.1:${port}`, stop: () => server.close() };
}
