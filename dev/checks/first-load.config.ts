/** For size-limit: builds the dashboard and names the scripts that a browser loads before it shows anything. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const outDir = fileURLToPath(new URL("../../node_modules/.cache/first-load", import.meta.url));

await build({
  root: fileURLToPath(new URL("../../dashboard", import.meta.url)),
  logLevel: "error",
  build: { outDir, emptyOutDir: true, reportCompressedSize: false, chunkSizeWarningLimit: Number.POSITIVE_INFINITY },
});

const page = readFileSync(`${outDir}/index.html`, "utf8");
const scripts = [...page.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, path = ""]) => path);

export default [
  {
    name: "Scripts of the first load",
    path: scripts.map((path) => relative(import.meta.dirname, `${outDir}${path}`)),
    gzip: true,
    limit: "200 kB",
  },
];
