import { expect, test } from "vitest";
import { type End, type EndByTwo, OWN_REOPENING } from "./reopening/rules.ts";
import { obstaclesToReopening, obstaclesToReopeningByTwo } from "./steps.ts";

const NOW = new Date("2026-11-24T03:00:00Z");
const end = (until: Date): End => ({
  before: "SUBMITTED",
  endedAt: NOW,
  until,
  heldAt: null,
  round: { closesAt: null },
  phasing: [],
  offer: null,
});

test("what ended in time is reopened; late it says so; without a record of where it ended it is not offered", () => {
  expect(obstaclesToReopening(end(NOW), NOW)).toEqual({});
  expect(obstaclesToReopening(end(new Date(0)), NOW).reopen).toMatch(/^It could be reopened until /);
  expect(obstaclesToReopening(null, NOW)).toEqual({ reopen: null });
});

test("what two people reopen is asked for by one and confirmed by another, in time", () => {
  const byTwo = (change: Partial<EndByTwo> = {}): EndByTwo => ({
    before: "CLOSING",
    endedAt: NOW,
    until: NOW,
    asked: null,
    phasing: [],
    reports: [],
    hasAcquittal: false,
    ...change,
  });
  const asked = { byId: "1", reason: "It was not theirs" };
  const late = { until: new Date(0) };
  const of = (end: EndByTwo | null, personId = "2") => obstaclesToReopeningByTwo(end, { personId, now: NOW });
  expect(of(null)).toEqual({ askToReopen: null, confirmReopening: null, declineReopening: null });
  expect(of(byTwo())).toEqual({ confirmReopening: null, declineReopening: null });
  expect(of(byTwo(late))).toEqual({
    askToReopen: expect.stringMatching(/^It could be reopened until /),
    confirmReopening: null,
    declineReopening: null,
  });
  expect(of(byTwo({ asked }))).toEqual({ askToReopen: null });
  expect(of(byTwo({ asked }), "1")).toEqual({ askToReopen: null, confirmReopening: OWN_REOPENING });
  expect(of(byTwo({ asked, ...late }))).toEqual({
    askToReopen: null,
    confirmReopening: expect.stringMatching(/^It could be reopened until /),
  });
  expect(of(byTwo({ asked, ...late }), "1")).toMatchObject({ confirmReopening: OWN_REOPENING });
});
