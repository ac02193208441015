import { defineConfig } from "vitest/config";

export default defineConfig({
  // "server-only" keeps modules out of browser bundles, and has no effect here.
  resolve: { alias: { "server-only": new URL("./node_modules/server-only/empty.js", import.meta.url).pathname } },
  test: {
    // The tests for a mutation; otherwise every test.
    include: process.env.TEST_FILES?.split(" ") ?? ["lib/**/*.test.ts", "bin/**/*.test.ts", "prisma/**/*.test.ts"],
    pool: "forks",
    // Only for mutations (bin/mutate.ts): one process tries a few hundred, and restarts as rarely as possible.
    isolate: !process.env.TEST_FILES,
    // Vite has a BASE_URL of its own.
    env: { BASE_URL: process.env.NEXTAUTH_URL ?? "" },
    maxWorkers: 2,
    // Timeouts are for what hangs: a machine that is busy with something else takes longer.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
