import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const NODE_OPTIONS = `--import=${pathToFileURL(join(import.meta.dirname, "preload.mjs")).href}`;
const SERVER =
  "require('http').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
/** A program that runs another, as start runs `next dev`, which runs its server. */
const running = (script: string, env: string) =>
  `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(script)}],
    { stdio: "inherit", detached: true, env: { ...process.env, ${env} } }); setInterval(() => {}, 1000)`;

test("a server below a process that is killed ends by itself and frees its port", async () => {
  const start = spawn(
    process.execPath,
    ["-e", running(running(SERVER, ""), `NODE_OPTIONS: ${JSON.stringify(NODE_OPTIONS)}`)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void start.kill("SIGKILL"));
  const port = await new Promise((done) => start.stdout.once("data", (text) => done(String(text).trim())));
  const isServing = () =>
    fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(500) }).then(isThere, isThere);
  expect(await isServing()).toBe(true);
  start.kill("SIGKILL");
  await expect.poll(isServing, { timeout: 120_000 }).toBe(false);
});

/** The server never answers: a request that times out has reached one. */
const isThere = (outcome: unknown) => outcome instanceof Error && outcome.name === "TimeoutError";
