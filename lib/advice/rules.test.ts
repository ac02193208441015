// Words and order of what advisers are asked.
import { expect, test } from "vitest";
import { adviceWords, adviserOptions, mayAdvise, openQuestionLabel, openWords, tiesWords } from "./rules.ts";
import { obstaclesToAdvising, obstaclesToAsking } from "./steps.ts";

const day = (date: number) => new Date(Date.UTC(2026, 10, date));
const fiji = { code: "FJ", name: "Fiji" };
const tonga = { code: "TO", name: "Tonga" };
const adviser = (name: string, more: object = {}) => ({ id: name, name, adviseOn: null, places: [], ...more });

test("advisers for a place of the initiative come first, then divisions, then posts elsewhere, each by name", () => {
  const all = [
    adviser("Nuku‘alofa", { places: [tonga] }),
    adviser("Legal", { adviseOn: "Law" }),
    adviser("Apia", {}),
    adviser("Suva", { places: [tonga, fiji] }),
    adviser("Defence", { adviseOn: "Defence", places: [fiji] }),
  ];
  expect(adviserOptions(all, ["FJ"])).toEqual([
    { value: "Defence", label: "Defence (Fiji, Defence)" },
    { value: "Suva", label: "Suva (Tonga, Fiji)" },
    { value: "Legal", label: "Legal (Law)" },
    { value: "Apia", label: "Apia" },
    { value: "Nuku‘alofa", label: "Nuku‘alofa (Tonga)" },
  ]);
  expect(tiesWords({ adviseOn: null, places: [] })).toBe("");
});

test("who is asked is of MFAT, has not left, advises for places or on a subject, and has neither an interest nor another part", () => {
  expect(mayAdvise("1")).toEqual({
    side: "MFAT",
    endedAt: null,
    roles: { some: { role: "ADVISER" } },
    OR: [{ advisesFor: { some: {} } }, { adviseOn: { not: null } }],
    duties: { none: { applicationId: "1", kind: { not: "ADVISE" } } },
    declarations: { none: { applicationId: "1", isRecused: true } },
  });
});

test("what is open is named with its day, and what to do about it", () => {
  const one = { id: "1", adviserId: "2", adviser: "Suva", dueOn: day(3), isKept: false };
  expect(openQuestionLabel(one)).toBe("Suva, answer due Tuesday 3 November 2026");
  expect(openQuestionLabel({ ...one, isKept: true })).toBe(
    "Suva, answer due Tuesday 3 November 2026 (cannot answer any more)",
  );
  expect(openWords([one])).toBe(
    "Advice is still open: Suva (due Tuesday 3 November 2026). Wait for the answer, withdraw the question, or pass over the advice with a reason.",
  );
  expect(openWords([{ ...one, isKept: true }])).toBe(
    "Advice is still open: Suva (cannot answer any more). Withdraw the question, or pass over the advice with a reason.",
  );
  expect(openWords([{ ...one, isKept: true }, one])).toContain("Wait for the answer, withdraw each question");
  expect(openWords([one, { ...one, adviser: "Legal" }])).toMatch(
    /: Suva \(.+\) and Legal \(.+\)\. .+ withdraw each question, /,
  );
});

test("a question is overdue from the day after, and says who ended it and when", () => {
  const open = {
    state: "ASKED" as const,
    dueOn: day(3),
    givenAt: null,
    endedAt: null,
    endedBy: null,
    versionNumber: null,
    isRecused: false,
  };
  expect(adviceWords(open, day(3))).toBe("Not answered yet, due Tuesday 3 November 2026");
  expect(adviceWords(open, day(4))).toBe("Not answered, overdue since Tuesday 3 November 2026");
  const at = new Date("2026-11-04T00:00:00Z");
  const given = { ...open, state: "GIVEN" as const, givenAt: at, versionNumber: 2 };
  expect(adviceWords(given, day(4))).toBe("Answered 4 November 2026, 1:00 pm, on version 2");
  expect(adviceWords({ ...given, isRecused: true }, day(4))).toMatch(
    /on version 2\. The adviser has declared an interest since$/,
  );
  const ended = { ...open, endedAt: at, endedBy: "Mere" };
  expect(adviceWords({ ...ended, state: "WITHDRAWN" }, day(4))).toBe(
    "Question withdrawn by Mere, 4 November 2026, 1:00 pm",
  );
  expect(adviceWords({ ...ended, state: "PASSED_OVER" }, day(4))).toBe("Passed over by Mere, 4 November 2026, 1:00 pm");
});

test("the desk ends what is open alone, and asks as long as there is somebody", () => {
  const one = { id: "1", adviserId: "2", adviser: "Suva", dueOn: day(3), isKept: false };
  expect(obstaclesToAsking([], null)).toEqual({ withdrawQuestion: null, passOverAdvice: null });
  expect(obstaclesToAsking([one], "Nobody")).toEqual({ askForAdvice: "Nobody", recommend: openWords([one]) });
});

test("an adviser answers what is open, and takes back what they gave where nothing is", () => {
  expect(obstaclesToAdvising([])).toEqual({ giveAdvice: null, takeBackAdvice: null });
  expect(obstaclesToAdvising(["WITHDRAWN"])).toEqual({ giveAdvice: null, takeBackAdvice: null });
  expect(obstaclesToAdvising(["ASKED"])).toEqual({ takeBackAdvice: null });
  expect(obstaclesToAdvising(["GIVEN"])).toEqual({ giveAdvice: null });
  expect(obstaclesToAdvising(["GIVEN", "ASKED"])).toEqual({ takeBackAdvice: null });
});
