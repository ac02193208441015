// Runs the tests, each runner after the other, and sums them up in the last line.
//   npm test                    everything
//   npm test -- unit [FILE]     the tests without a browser; of single files, with what is there from the last run
//   npm test -- e2e [NAME]      the tests with a browser
//   npm run bench               the benchmarks, with their limits
//   npm run mutate [FILE]       changes to rules, money, permissions, steps and ledger that no test notices
//   npm run check               types, lint, what nobody uses, and the tests without a browser
//   TEST_SEED=… npm test        the random tests with the same choices as a run that said this seed
//   TEST_YEARS=… npm test       that many years of the fund against the model of its years, or more
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { dayOf } from "#lib/platform/dates.ts";
import { readSettings } from "#lib/platform/env.ts";
import { findOrInstallBrowser } from "./browser.mjs";
import { completeEnvironment } from "./environment.ts";
import { waitForLock } from "./lock.mjs";
import { filesToMutate, testsOf } from "./mutants.ts";
import { startPostgres, stopLeftOver } from "./postgres.ts";
import { codeKey, planFor, templateKey } from "./test-plan.ts";
import { dropTestDatabases, inDatabase, runSql } from "./test-server.ts";

const root = join(import.meta.dirname, "..");
const data = join(process.env.DATA_DIR || join(root, ".data"), "test");
const keptFile = join(data, "pg-templates.json");
/** What a test without a database sees instead of its address. */
const NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none";
const module = (...parts) => join(root, "node_modules", ...parts);
const [part = "all", ...names] = process.argv.slice(2);

const runners = [
  {
    name: "types",
    parts: ["all", "--check"],
    run: () => pass(module("typescript", "bin", "tsc"), "--noEmit"),
  },
  {
    name: "lint",
    parts: ["all", "--check"],
    run: () => pass(module("@biomejs", "biome", "bin", "biome"), "ci", "--error-on-warnings"),
  },
  {
    name: "unused",
    parts: ["all", "--check"],
    run: () => pass(module("knip", "bin", "knip.js"), "--no-progress", "--treat-config-hints-as-errors"),
  },
  { name: "unit", parts: ["all", "--check", "unit"], run: unitTests },
  { name: "e2e", parts: ["all", "e2e"], run: browserTests },
  { name: "bench", parts: ["bench"], run: benchmarks },
  { name: "mutate", parts: ["mutate"], run: () => pass(join(root, "bin", "mutate.ts"), ...names) },
].filter((runner) => runner.parts.includes(part));

process.env.TEST_SEED ||= String(randomInt(1, 2 ** 31));

process.exitCode = 1;
if (!/^[1-9]\d{0,9}$/.test(process.env.TEST_SEED)) {
  console.error(`TEST_SEED: must be a whole number of up to ten digits, not "${process.env.TEST_SEED}"`);
} else if (runners.length === 0) {
  console.error("Say `npm test`, `npm test -- unit [FILE]` or `npm test -- e2e [NAME]`.");
} else {
  await main();
}

async function main() {
  const release = await waitForLock(`${data}.lock`, () => console.log("Waiting for other tests of this copy ..."));
  const sum = { passed: 0, failed: 0, failures: [] };
  // What tests, browsers and their portals leave next to the checkout is removed with the run.
  const temporary = mkdtempSync(join(tmpdir(), "psf-"));
  process.env.TMPDIR = temporary;
  let postgres;
  const stop = async () => {
    await postgres?.stop();
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
    release();
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop().then(() => process.exit(1)));
  try {
    const plan = planFor(testNames());
    if (plan.needsBuild) await makeBuild();
    setSettings({ appUrl: NO_DATABASE, ownerUrl: NO_DATABASE });
    if (plan.templates.length > 0) postgres = await startServer(plan.templates);
    for (const runner of runners) await runOne(runner, sum);
  } catch (error) {
    console.error(error);
    sum.failed += 1;
  } finally {
    await stop();
  }
  process.exitCode = sum.failed === 0 && sum.passed > 0 ? 0 : 1;
  // Once more at the end: of a long run often only the end is kept.
  for (const { test, reason } of sum.failures) console.log(`Failed: ${test}\n${indented(reason)}`);
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
}

async function runOne({ name, run }, sum) {
  const start = Date.now();
  const { passed, failed, failures = [] } = await run();
  console.log(`${name}: ${passed} passed, ${failed} failed, ${((Date.now() - start) / 1000).toFixed(1)} s`);
  sum.passed += passed;
  sum.failed += failed;
  sum.failures.push(...failures);
}

/** The test files that run, as vitest takes them; none means every file. */
function testNames() {
  if (part === "mutate") return filesToMutate(names).flatMap(testsOf);
  return part === "unit" ? names : [];
}

/** Browser tests, and tests that start a portal, run the build. */
async function makeBuild() {
  const browser = part === "unit" || part === "--check" ? [] : ["--browser"];
  if ((await execute([join(root, "bin", "setup.mjs"), ...browser])) !== 0) throw new Error("The build failed.");
}

/** The database server of the tests, with the templates that they copy. It ends with the run, but its data stays. */
async function startServer(wanted, kept = readKept()) {
  const key = templateKey(dayOf(new Date()).toISOString());
  const isWarm = (names.length > 0 || part === "mutate") && part !== "bench" && kept.key === key;
  stopLeftOver(data);
  for (const name of existsSync(data) ? readdirSync(data) : []) {
    if (!isWarm || !/^pg(-|$)/.test(name)) rmSync(join(data, name), { recursive: true, force: true });
  }
  mkdirSync(data, { recursive: true });
  // A benchmark measures the portal as it really runs; a test can be repeated after a power cut.
  const postgres = await startPostgres(data, { isDurable: part === "bench" }).catch((error) => {
    if (!isWarm) throw error;
  });
  if (!postgres) return startServer(wanted, {}); // the stored data is from before a power cut, and is made again
  try {
    setSettings(postgres);
    if (isWarm) await dropTestDatabases(postgres.ownerUrl);
    const made = isWarm ? kept.made : {};
    for (const template of wanted) made[template] ??= await makeTemplate(template);
    writeFileSync(keptFile, JSON.stringify({ key, made }));
    if (wanted.includes("template_demo") && made.template_demo !== codeKey())
      console.log("The demonstration is from before the last change of lib. To make it anew: rm -r .data/test");
    return postgres;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** `key`: what all templates were made from; `made`: the code that each was made with. */
function readKept() {
  try {
    return JSON.parse(readFileSync(keptFile, "utf8"));
  } catch {
    return {};
  }
}

function setSettings({ appUrl, ownerUrl }) {
  const settings = readSettings({ PORT: "3000", DATA_DIR: data });
  mkdirSync(data, { recursive: true });
  Object.assign(process.env, completeEnvironment(settings, { databaseUrl: appUrl, smtpUrl: "smtp://127.0.0.1:1" }));
  process.env.TEST_OWNER_URL = ownerUrl;
  process.env.TEST_APP_URL = appUrl;
}

/**
 * Makes a database for tests to copy: with reference data, or with the whole demonstration. Returns the code that made
 * it.
 */
async function makeTemplate(name) {
  const owner = process.env.TEST_OWNER_URL;
  await runSql(owner, `DROP DATABASE IF EXISTS ${name}`);
  await runSql(owner, `CREATE DATABASE ${name}`);
  await fillTemplate(name, ...(name === "template_demo" ? ["--demo"] : []));
  return codeKey();
}

async function fillTemplate(name, ...args) {
  const env = {
    ...process.env,
    DATABASE_URL: inDatabase(process.env.TEST_APP_URL, name),
    DATABASE_OWNER_URL: inDatabase(process.env.TEST_OWNER_URL, name),
  };
  const status = await execute([join(root, "bin", "make-template.ts"), ...args], env);
  if (status !== 0) throw new Error(`The database ${name} could not be made.`);
}

function execute(args, env = process.env) {
  return new Promise((done) => {
    spawn(process.execPath, args, { cwd: root, env, stdio: "inherit" })
      .once("error", () => done(1))
      .once("exit", (code, signal) => {
        if (signal) console.error(`${args[0]} was ended by ${signal}.`);
        done(code ?? 1);
      });
  });
}

/** A runner that only succeeds or fails counts as one test. */
async function pass(...args) {
  return (await execute(args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function unitTests() {
  const report = join(data, "unit.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const sameChoices = `To make the same random choices again: TEST_SEED=${process.env.TEST_SEED} npm test -- unit`;
  console.log(sameChoices);
  const status = await execute([module("vitest", "vitest.mjs"), "run", ...reporters, ...names]);
  if (status !== 0) console.log(sameChoices);
  return counted(status, report, ({ numPassedTests, numFailedTests, testResults }) => ({
    passed: numPassedTests,
    failed: numFailedTests,
    failures: testResults.flatMap(failuresOfFile),
  }));
}

function benchmarks() {
  return browserTests({ BENCH: "1" });
}

async function browserTests(more = {}) {
  const report = join(data, "e2e.json");
  const env = { ...process.env, ...more, CHROMIUM: await findOrInstallBrowser(), PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const status = await execute([module("@playwright", "test", "cli.js"), "test", ...names], env);
  return counted(status, report, ({ stats, suites }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    failures: suites.flatMap(failuresOfSuite),
  }));
}

/** The first lines of a message, without colours. */
function indented(message) {
  const lines = stripVTControlCharacters(message).split("\n", 8);
  return lines.map((line) => `  ${line}`).join("\n");
}

function failuresOfFile({ name, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === "failed");
  const file = name.replace(`${root}/`, "");
  if (failed.length === 0) return message ? [{ test: file, reason: message }] : [];
  return failed.map((test) => ({ test: `${file} › ${test.fullName}`, reason: test.failureMessages.join("\n") }));
}

function failuresOfSuite({ file, specs, suites = [] }) {
  const failed = specs.filter((spec) => !spec.ok);
  const reasonOf = (spec) => spec.tests.flatMap((test) => test.results.map((result) => result.error?.message ?? ""));
  return [
    ...failed.map((spec) => ({ test: `${file} › ${spec.title}`, reason: reasonOf(spec).join("\n") })),
    ...suites.flatMap(failuresOfSuite),
  ];
}

/** A runner that fails without naming a failed test (it crashed, or found none) counts as one failure. */
function counted(status, report, read) {
  let counts = { passed: 0, failed: 0 };
  try {
    counts = read(JSON.parse(readFileSync(report, "utf8")));
  } catch {
    return { passed: 0, failed: 1 };
  }
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
