import { expect, test } from "vitest";
import { isSaid, wordsOf } from "./words.ts";

const said = (code: string) => wordsOf("page.tsx", code).map(({ line, words }) => `${line} ${words}`);

test("a sentence is read whole, with what stands in it, and blocks one after the other", () => {
  expect(
    said(`import "./page.css";
export const Page = ({ name }: { name: string }) => (
  <div className="govuk-grid-row">
    <p>
      If something is missing, <a href="/x">ask for changes</a>
      {name && <strong>, {name}</strong>}.
    </p>
    <ul>
      <li>One thing</li>
      <li title="More of it">{\`Two of \${name}\`}</li>
    </ul>
  </div>
);`),
  ).toEqual([
    "5 If something is missing, ask for changes {name && <strong>, {name}</strong>}.",
    "9 One thing",
    "10 More of it",
    "10 Two of {name}",
  ]);
});

test("keys, classes, addresses, types and statements are not said", () => {
  expect(
    said(`"use client";
type Kind = "A kind" | "Other";
const state = "SUBMITTED", key = "signOff", path = "/applications/new", style = "govuk-table govuk-body";
const rows = sql\`SELECT a FROM b\`;
throw new DomainError("STATE", \`\${name} is closed.\`);`),
  ).toEqual(["5 {name} is closed."]);
  expect(["Submitted", "two words", "PSF", "{sum}", "de-AT"].map(isSaid)).toEqual([true, true, false, false, false]);
});
