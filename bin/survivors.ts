// The changes that no test needs to notice, each with its reason: those in bin/survivors.txt, and whole kinds of
// changes.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const BLOCKS = readFileSync(join(import.meta.dirname, "survivors.txt"), "utf8")
  .split("\n\n")
  .map((block) => block.trimEnd().split("\n"));

/**
 * Changes in any file that are noticed elsewhere: by the compiler, or by tests that are too slow to run for each
 * change.
 */
export const ELSEWHERE: readonly { line: RegExp; to: string; why: string }[] = [
  {
    line: /^changes: \[/,
    to: "[]",
    why: "The database refuses a step that changes more than its row says; lib/workflow/ways-back.test.ts takes each.",
  },
  {
    line: /^toAlso: \{/,
    to: "{}",
    why: "The database refuses a step to a state that its row does not name; lib/workflow/ways-back.test.ts takes each.",
  },
  { line: /^(?:tellsAsked|isForClaims): true,$/, to: "false", why: "The compiler refuses it." },
  { line: /^asksNext: \[\{/, to: "{}", why: "The compiler asks for the office." },
  { line: /^asksNext: .*isForAnother: true/, to: "false", why: "The compiler refuses it." },
];

export type Change = { line: string; to: string };

/**
 * The listed changes of a file. @throws where the list is malformed: each entry has its line, the new text and the
 * reason
 */
export function listedFor(file: string): Change[] {
  const rows = BLOCKS.find(([name]) => name === file)?.slice(1) ?? [];
  return Array.from({ length: Math.ceil(rows.length / 3) }, (_, index) => {
    const [line, to, why] = rows.slice(3 * index, 3 * index + 3).map((row) => row.trim());
    if (!line || !to?.startsWith("→ ") || !why) throw new Error(`bin/survivors.txt, ${file}: see “${line}”`);
    return { line, to: to.slice(2) };
  });
}
