import { describe, expect, test } from "vitest";
import { obstaclesToReopeningByTwo } from "#lib/arrangements/steps.ts";
import {
  type End,
  type EndByTwo,
  prospectOfReopening,
  reopenFields,
  whyNotReopened,
  whyNotReopenedByTwo,
} from "./rules.ts";

const NOW = new Date("2026-11-24T03:00:00Z");
const fromNow = (ms: number) => new Date(NOW.getTime() + ms);
const end = (of: Partial<End> = {}): End => ({
  before: "SUBMITTED",
  endedAt: fromNow(-86_400_000),
  until: fromNow(86_400_000),
  heldAt: null,
  round: { closesAt: null },
  phasing: [],
  offer: null,
  ...of,
});

test("an end is reopened until the last moment for it, and not after", () => {
  expect(whyNotReopened(end(), NOW)).toBeNull();
  expect(whyNotReopened(end({ until: NOW }), NOW)).toBeNull();
  expect(whyNotReopened(end({ until: fromNow(-1) }), NOW)).toBe(
    "It could be reopened until Tuesday 24 November 2026, 3:59 pm NZDT, 20 working days after it ended.",
  );
});

test("a discarded draft is not reopened for a round that has closed; what was submitted is", () => {
  const closesAt = (ms: number) => ({ round: { closesAt: fromNow(ms) } });
  expect(whyNotReopened(end({ before: "DRAFT", ...closesAt(0) }), NOW)).toBe(
    "The round closed on Tuesday 24 November 2026, 4:00 pm NZDT, so the draft can no longer be submitted.",
  );
  expect(whyNotReopened(end({ before: "DRAFT", ...closesAt(1) }), NOW)).toBeNull();
  expect(whyNotReopened(end({ before: "DRAFT" }), NOW)).toBeNull();
  expect(whyNotReopened(end(closesAt(-1)), NOW)).toBeNull();
});

test("an end is not reopened for money of a year that has ended", () => {
  const phasing = [
    { startYear: 2025, cents: 12_300n },
    { startYear: 2026, cents: 100n },
  ];
  expect(whyNotReopened(end({ phasing }), NOW)).toMatch(
    /^2025\/26 .*\$123\.00 is planned in it\. Ask the agency to apply for money in a later year\.$/,
  );
  expect(whyNotReopened(end({ phasing: phasing.slice(1) }), NOW)).toBeNull();
});

test("what ends is told beforehand how long it could be reopened: until its year, its round or the days for it end", () => {
  const until = fromNow(20 * 86_400_000);
  const of = (more: Partial<End>) => prospectOfReopening(end({ until, ...more }), NOW);
  expect(of({ phasing: [{ startYear: 2026, cents: 100n }] })).toEqual({ until });
  expect(of({ phasing: [{ startYear: 2025, cents: 12_300n }] })).toEqual({
    why: "2025/26 ended on 30 June 2026, so you cannot add money to it. $123.00 is planned in it.",
  });
  expect(of({ phasing: [{ startYear: 2025, cents: 0n }] })).toEqual({ until });
  const round = { closesAt: fromNow(86_400_000) };
  expect(of({ before: "DRAFT", round })).toEqual({ until: round.closesAt });
  expect(of({ before: "SUBMITTED", round })).toEqual({ until });
  const june = new Date("2027-06-20T03:00:00Z");
  const inJuly = new Date("2027-07-15T03:00:00Z");
  expect(prospectOfReopening(end({ until: inJuly, phasing: [{ startYear: 2026, cents: 1n }] }), june)).toEqual({
    until: new Date("2027-06-30T11:59:59Z"),
  });
});

test("an offer that is opened again is given a last day; every reopening its reason", () => {
  const names = (offer: End["offer"]) => reopenFields({ offer }).map(({ name }) => name);
  expect(names(null)).toEqual(["reason"]);
  expect(names({ id: "1", dueAt: NOW })).toEqual(["dueOn", "reason"]);
});

describe("by two people", () => {
  const terminated = (of: Partial<EndByTwo> = {}): EndByTwo => ({
    before: "ACTIVE",
    endedAt: fromNow(-86_400_000),
    until: fromNow(86_400_000),
    asked: null,
    phasing: [{ startYear: 2026, cents: 100n }],
    reports: [],
    hasAcquittal: false,
    ...of,
  });

  test("what was terminated is reopened in time, before its acquittal and while its years have not ended", () => {
    expect(whyNotReopenedByTwo(terminated(), NOW)).toBeNull();
    expect(whyNotReopenedByTwo(terminated({ until: fromNow(-1) }), NOW)).toMatch(/^It could be reopened until/);
    expect(whyNotReopenedByTwo(terminated({ hasAcquittal: true }), NOW)).toContain("once the acquittal is returned");
    expect(whyNotReopenedByTwo(terminated({ reports: null }), NOW)).toContain("no record of which reports");
    const ended = terminated({ phasing: [{ startYear: 2025, cents: 100n }] });
    expect(whyNotReopenedByTwo(ended, NOW)).toContain("apply for money in a later year");
  });

  test("what was closed has its acquittal, and is reopened in time", () => {
    const closed = terminated({ before: "CLOSING", hasAcquittal: true, reports: null });
    expect(whyNotReopenedByTwo(closed, NOW)).toBeNull();
    expect(whyNotReopenedByTwo({ ...closed, until: fromNow(-1) }, NOW)).toMatch(/^It could be reopened until/);
  });

  test("it is asked for once, confirmed by somebody else, and declined as long as it is asked for", () => {
    const reader = (personId: string) => ({ personId, now: NOW });
    const asked = { byId: "one", reason: "A slip" };
    const none = { askToReopen: null, confirmReopening: null, declineReopening: null };
    expect(obstaclesToReopeningByTwo(null, reader("one"))).toEqual(none);
    expect(obstaclesToReopeningByTwo(terminated(), reader("one"))).toEqual({
      confirmReopening: null,
      declineReopening: null,
    });
    const late = obstaclesToReopeningByTwo(terminated({ until: fromNow(-1) }), reader("one"));
    expect(late.askToReopen).toMatch(/^It could be reopened until/);
    expect(obstaclesToReopeningByTwo(terminated({ asked }), reader("other"))).toEqual({ askToReopen: null });
    expect(obstaclesToReopeningByTwo(terminated({ asked }), reader("one"))).toEqual({
      askToReopen: null,
      confirmReopening: expect.stringContaining("somebody else needs to confirm it"),
    });
    const lateToConfirm = obstaclesToReopeningByTwo(terminated({ asked, until: fromNow(-1) }), reader("other"));
    expect(lateToConfirm.confirmReopening).toMatch(/^It could be reopened until/);
  });
});
