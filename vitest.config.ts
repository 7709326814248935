import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { launchOptions } from "./dev/browser/launch-options.ts";

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ["default", "./dev/reporters/closing-line.ts"],
    projects: [
      {
        test: {
          name: "node",
          environment: "node",
          globalSetup: "./dev/testing/global-setup.ts",
          include: ["{executor,supabase,dev,dashboard}/**/*.test.ts"],
          // For a machine with two cores that has other things to do; shorter than the minute that tests call never.
          testTimeout: 45_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        // With the dashboard's own plugins, so that a component looks as it does on the page.
        extends: "./dashboard/vite.config.ts",
        root: "./dashboard",
        // All of them anew: a package found while a test runs would reload its page, and an old cache knows no new ones.
        optimizeDeps: { entries: ["src/**/*.{ts,tsx}"], force: true },
        test: {
          name: "components",
          include: ["src/**/*.test.tsx"],
          // A component may import the Supabase client; nothing answers there.
          env: { VITE_SUPABASE_URL: "http://127.0.0.1:9", VITE_SUPABASE_KEY: "no key" },
          setupFiles: [`${import.meta.dirname}/dashboard/component-setup.ts`],
          testTimeout: 30_000,
          // A second, the default, is not enough on a busy machine.
          expect: { poll: { timeout: 10_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: await launchOptions(),
              contextOptions: { reducedMotion: "reduce" },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
