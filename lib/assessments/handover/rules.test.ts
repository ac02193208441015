import { expect, test } from "vitest";
import { handedOverWords } from "./rules.ts";

test("the history says from whom to whom, in the names of the day", () => {
  const data = { from: "1", fromName: "Sina Leavai", to: "2", toName: "Hēmi Walker", dueOn: "2026-12-03" };
  expect(handedOverWords(data)).toBe("Assessment handed over from Sina Leavai to Hēmi Walker");
  expect(() => handedOverWords({ fromName: "Sina Leavai" })).toThrow();
});
