import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesToMutate } from "./mutants.ts";
import { listedFor } from "./survivors.ts";

test.each(filesToMutate([]))("the changes listed for %s are of lines that stand in it", (file) => {
  const lines = readFileSync(join(import.meta.dirname, "..", file), "utf8").split("\n");
  const stand = new Set(lines.map((line) => line.trim()));
  expect(listedFor(file).filter(({ line }) => !stand.has(line))).toEqual([]);
});
