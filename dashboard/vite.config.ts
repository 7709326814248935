import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { contentSecurityPolicy } from "./content-security-policy.ts";

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: "../node_modules/.cache/vite",
  plugins: [react(), tailwindcss(), contentSecurityPolicy()],
  resolve: { alias: { "@supabase/storage-js": `${import.meta.dirname}/src/lib/no-storage.ts` } },
  build: {
    outDir: "dist",
    // Evergreen browsers of the last two years, which know light-dark() and field-sizing.
    target: ["es2024", "chrome125", "safari17.5", "firefox128"],
    // The page allows no inline resources.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What the first page needs of packages changes seldom: one file that browsers keep over many versions of ours.
            { name: "packages", tags: ["$initial"], test: /node_modules/ },
            // And one file of ours, however many dialogs share parts of it: small files pack badly.
            { name: "page", tags: ["$initial"] },
          ],
        },
      },
    },
  },
});
