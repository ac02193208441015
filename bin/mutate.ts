// For `npm run mutate [FILE]`: changes the most important code one place at a time, and checks whether a test notices.
// A change that none notices has survived: either a test is missing, or bin/survivors.txt says why none is needed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stryker } from "@stryker-mutator/core";
import { filesToMutate, testsOf } from "./mutants.ts";
import { type Change, ELSEWHERE, listedFor } from "./survivors.ts";

const root = join(import.meta.dirname, "..");
const KILLED_PERCENT_MIN = 85;
/** If something else needs the processor: `MUTATE_PROCESSES=1 npm run mutate`. */
const processes = Number(process.env.MUTATE_PROCESSES) || 2;

type Mutant = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];
type Tally = {
  file: string;
  killed: number;
  /**
   * Of those, the ones without an answer in time. Some changes never end; on a busy machine others may time out as
   * well.
   */
  timedOut: number;
  counted: number;
  listed: number;
  seconds: number;
  problems: string[];
  isGood: boolean;
};

process.chdir(root);
process.exitCode = 1;
const tallies: Tally[] = [];
for (const file of filesToMutate(process.argv.slice(2))) {
  const start = Date.now();
  const mutants = await mutate(file).catch(tellFailure);
  const tally = count(file, mutants, Math.round((Date.now() - start) / 1000));
  tallies.push(tally);
  for (const problem of tally.problems) console.log(problem);
  console.log(wordsOf(tally));
}
const good = tallies.filter(({ isGood }) => isGood).length;
console.log(`${["", ...tallies.map(wordsOf)].join("\n")}\n${good} passed, ${tallies.length - good} failed`);
if (tallies.length > 0 && good === tallies.length) process.exitCode = 0;

function mutate(file: string): Promise<Mutant[]> {
  process.env.TEST_FILES = testsOf(file).join(" ");
  return new Stryker({
    mutate: [file],
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "vitest.config.ts", related: false },
    // Strings are for people to read; where they are identifiers, the compiler checks them.
    mutator: { excludedMutations: ["StringLiteral"] },
    ignorePatterns: [".data", ".next", "app", "components", "docs", "public", "test-results"],
    // TypeScript 7 has no interface for rewriting it, and nothing here reads it.
    tsconfigFile: "none.json",
    tempDirName: ".data/mutants",
    concurrency: processes,
    reporters: [],
    logLevel: "error",
    allowEmpty: true,
  } as ConstructorParameters<typeof Stryker>[0]).runMutationTest();
}

/** Its tests fail without any change, or there are none: then nothing is known about the file, which is a failure. */
function tellFailure(error: unknown): Mutant[] {
  console.error(error);
  return [];
}

function count(file: string, mutants: readonly Mutant[], seconds: number): Tally {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const timedOut = mutants.filter(({ status }) => status === "Timeout").length;
  const killed = mutants.filter(({ status }) => status === "Killed").length + timedOut;
  const survived = mutants
    .filter(({ status }) => status === "Survived" || status === "NoCoverage")
    .map(({ location, replacement = "" }) => ({
      at: location.start.line,
      line: lines[location.start.line - 1]?.trim() ?? "",
      to: replacement.replace(/\s+/g, " "),
    }));
  const listed = listedFor(file);
  const isSame = (a: Change, b: Change) => a.line === b.line && a.to === b.to;
  const isElsewhere = ({ line, to }: Change) => ELSEWHERE.some((known) => known.line.test(line) && known.to === to);
  const open = survived.filter((one) => !isElsewhere(one) && !listed.some((known) => isSame(known, one)));
  const unused = listed.filter((known) => !survived.some((one) => isSame(known, one)));
  const counted = killed + open.length;
  const tally = { file, killed, timedOut, counted, listed: survived.length - open.length, seconds };
  return {
    ...tally,
    problems: [
      ...open.map(({ at, line, to }) => `${file}:${at}\t${line}\t→ ${to}`),
      ...unused.map(({ line, to }) => `${file}\t${line}\t→ ${to}\tis listed and did not survive`),
    ],
    isGood: unused.length === 0 && percentOf(tally) >= KILLED_PERCENT_MIN,
  };
}

function percentOf({ killed, counted }: Pick<Tally, "killed" | "counted">): number {
  return Math.floor((100 * killed) / counted) || 0;
}

function wordsOf(tally: Tally): string {
  const { file, killed, timedOut, counted, listed, seconds, isGood } = tally;
  const late = timedOut > 0 ? `, ${timedOut} of them out of time` : "";
  return `${isGood ? "✓" : "✗"} ${file}: ${percentOf(tally)}% (${killed} of ${counted}${late}, and ${listed} listed), ${seconds} s`;
}
