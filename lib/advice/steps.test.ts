import { expect, test } from "vitest";
import { obstaclesToAdvising, obstaclesToAsking } from "./steps.ts";

const open = { id: "1", adviserId: "2", adviser: "Suva", dueOn: new Date("2026-12-04"), isKept: false };

test("nothing is recommended while advice is open, and only what is open is withdrawn or passed over", () => {
  expect(obstaclesToAsking([], null)).toEqual({ withdrawQuestion: null, passOverAdvice: null });
  expect(obstaclesToAsking([open], null)).toEqual({
    recommend: expect.stringContaining("Suva (due Friday 4 December 2026)"),
  });
});

test("where nobody can be asked, the desk reads why", () => {
  expect(obstaclesToAsking([], "MFAT has no adviser.").askForAdvice).toBe("MFAT has no adviser.");
  expect(obstaclesToAsking([open], "Everybody is asked.")).toMatchObject({ askForAdvice: "Everybody is asked." });
});

test("an adviser gives what is asked, and takes back what they gave while nothing else is asked", () => {
  expect(obstaclesToAdvising([])).toEqual({ giveAdvice: null, takeBackAdvice: null });
  expect(obstaclesToAdvising(["ASKED"])).toEqual({ takeBackAdvice: null });
  expect(obstaclesToAdvising(["GIVEN"])).toEqual({ giveAdvice: null });
  expect(obstaclesToAdvising(["GIVEN", "ASKED"])).toEqual({ takeBackAdvice: null });
  expect(obstaclesToAdvising(["WITHDRAWN", "PASSED_OVER"])).toEqual({ giveAdvice: null, takeBackAdvice: null });
});
