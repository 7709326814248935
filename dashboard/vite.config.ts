import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: "../node_modules/.cache/vite",
  build: { outDir: "dist", target: "es2024" },
});
