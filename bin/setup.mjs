// Makes a fresh clone ready: installs when the lockfile changed, builds when the sources changed. Runs on any Node from
// 20 on with nothing installed, so it uses Node's own modules only.
//   --no-build   only what `next dev` and the tests without a browser need
//   --browser    also a browser for the tests
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitForLock } from "./lock.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const path = (...parts) => join(root, ...parts);

const release = await waitForLock(path(".data", "setup.lock"), () =>
  console.log("Waiting for another setup of this copy ..."),
);
try {
  if (!isInstalled()) await install();
  if (process.argv.includes("--no-build")) await makeClient();
  else await build();
  if (process.argv.includes("--browser")) await (await import("./browser.mjs")).findOrInstallBrowser();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  release();
}

/** Compares the lockfile with npm's own record of node_modules. Optional packages are those of other platforms. */
function isInstalled() {
  const wanted = packagesOf("package-lock.json");
  const installed = packagesOf("node_modules/.package-lock.json");
  const isThere = ([name, { version, optional, devOptional, peer }]) =>
    name === "" || (installed[name] ? installed[name].version === version : optional || devOptional || peer);
  return (
    Object.keys(installed).length > 0 &&
    Object.entries(wanted).every(isThere) &&
    Object.keys(installed).every((name) => wanted[name])
  );
}

function packagesOf(file) {
  return existsSync(path(file)) ? JSON.parse(readFileSync(path(file), "utf8")).packages : {};
}

/**
 * Runs npm with the Node that npm itself runs on: `npm ci` removes the one in node_modules, which may be running this.
 */
async function install() {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  if (npm && node) await step("Installing packages", node, [npm, ...args]);
  else await step("Installing packages", "npm", args);
}

/** Generates the database client where prisma/schema.prisma has changed. */
async function makeClient() {
  const current = hashOf(["prisma/schema.prisma", "package-lock.json"]);
  const stamp = path("lib", "platform", "db", "generated", ".stamp");
  if (isStamped(stamp, current)) return;
  await step("Generating the database client", runtime(), ["bin/build.mjs", "--client"]);
  writeFileSync(stamp, current);
}

async function build() {
  const folders = ["app", "components", "lib", "prisma", "public"];
  const files = [
    "package-lock.json",
    "next.config.ts",
    "tsconfig.json",
    "proxy.ts",
    "instrumentation.ts",
    "instrumentation-client.ts",
    "bin/build.mjs",
  ];
  const current = hashOf([...folders.flatMap(sourcesIn), ...files.filter((file) => existsSync(path(file)))]);
  const stamp = path(".next", "standalone", ".built");
  if (isStamped(stamp, current)) return;
  rmSync(stamp, { force: true });
  await makeClient();
  await step("Building", runtime(), ["bin/build.mjs", "--web"]);
  writeFileSync(stamp, current);
}

function sourcesIn(folder) {
  if (folder === "lib/platform/db/generated" || !existsSync(path(folder))) return [];
  return readdirSync(path(folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? sourcesIn(`${folder}/${entry.name}`) : `${folder}/${entry.name}`))
    .filter((file) => !file.endsWith(".test.ts"));
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files.sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(path(file)))
      .update("\0");
  return hash.digest("hex");
}

function isStamped(stamp, hash) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
}

/** The project's own Node, which is one of the packages. */
function runtime() {
  const node = path("node_modules", ".bin", "node");
  return existsSync(node) ? node : process.execPath;
}

async function step(what, command, args) {
  const start = Date.now();
  console.log(`${what} ...`);
  await new Promise((done, fail) => {
    spawn(command, args, { cwd: root, stdio: "inherit" })
      .once("error", (error) => fail(new Error(`${what} failed: ${error.message}`)))
      .once("exit", (code, signal) =>
        code === 0 ? done() : fail(new Error(`${what} failed (${signal ?? `exit code ${code}`}).`)),
      );
  });
  console.log(`${what}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
}
