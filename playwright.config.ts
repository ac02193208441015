import { join } from "node:path";
import { defineConfig } from "@playwright/test";

const isBench = Boolean(process.env.BENCH);
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "e2e",
  // `npm run bench` measures one thing at a time.
  testMatch: isBench ? "**/*.bench.ts" : "**/*.spec.ts",
  outputDir: join(process.env.DATA_DIR ?? ".data", "playwright"),
  workers: isBench ? 1 : 2,
  // Each worker has a portal of its own, on which the tests run one after another, in the order of the files. The tests
  // of one file are shared by both workers, so that neither ends long before the other.
  fullyParallel: true,
  // Timeouts are for what hangs: a machine that is busy with something else takes longer.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: [["list"], ["json"]],
  use: {
    locale: "en-NZ",
    timezoneId: "Pacific/Auckland",
    // Recording takes as long as the tests themselves: use `npm test -- e2e NAME --trace on` when you do not understand
    // a failure.
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(process.env.CHROMIUM && { executablePath: process.env.CHROMIUM }),
      args: isRoot ? ["--no-sandbox"] : [],
    },
  },
});
