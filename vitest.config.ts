import { defineConfig } from "vitest/config";

export default defineConfig({
  // "server-only" keeps modules out of browser bundles, and has nothing to say here.
  resolve: { alias: { "server-only": new URL("./node_modules/server-only/empty.js", import.meta.url).pathname } },
  test: {
    include: ["lib/**/*.test.ts", "bin/**/*.test.ts", "prisma/**/*.test.ts"],
    pool: "forks",
    // Vite has a BASE_URL of its own.
    env: { BASE_URL: process.env.NEXTAUTH_URL ?? "" },
    maxWorkers: 2,
    // A limit is for what hangs: a machine that is busy with something else takes its time.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
