import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    globalSetup: "./dev/testing/global-setup.ts",
    include: ["{executor,supabase,dev,dashboard}/**/*.test.ts"],
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 60_000,
    reporters: ["default", "./dev/reporters/closing-line.ts"],
  },
});
