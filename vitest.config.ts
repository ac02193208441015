import { defineConfig } from "vitest/config";

export default defineConfig({
  // "server-only" keeps modules out of browser bundles, and has nothing to say here.
  resolve: { alias: { "server-only": new URL("./node_modules/server-only/empty.js", import.meta.url).pathname } },
  test: {
    // What a mutation is tried on; else every test.
    include: process.env.TEST_FILES?.split(" ") ?? ["lib/**/*.test.ts", "bin/**/*.test.ts", "prisma/**/*.test.ts"],
    pool: "forks",
    // For a mutation alone (bin/mutate.ts): one process tries a few hundred, and starts as seldom as it can.
    isolate: !process.env.TEST_FILES,
    // Vite has a BASE_URL of its own.
    env: { BASE_URL: process.env.NEXTAUTH_URL ?? "" },
    maxWorkers: 2,
    // A limit is for what hangs: a machine that is busy with something else takes its time.
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
