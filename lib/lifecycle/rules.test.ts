import { expect, test } from "vitest";
import type { State } from "#lib/platform/db/generated/enums.ts";
import {
  APPROVERS,
  asReference,
  beforeSending,
  type Free,
  freeToDecide,
  highestMarking,
  inForceOn,
  isAskedByName,
  isPersonal,
  lateToReopen,
  mayDecide,
  mayTakeOn,
  nobodyToAsk,
  otherDuty,
  readingOf,
  STANDS,
  StepRefusal,
  toldApart,
} from "./rules.ts";

const HELPERS = {
  agencyName: "Customs",
  cents: 100_00n,
  deskEmail: "psf@mfat.example",
  administrators: ["admin@mfat.example"],
};

const today = new Date("2026-12-01T04:00:00Z");

test("several applications are marked as the highest of them", () => {
  expect(highestMarking([])).toBe("UNCLASSIFIED");
  expect(highestMarking(["IN_CONFIDENCE", "UNCLASSIFIED"])).toBe("IN_CONFIDENCE");
  expect(highestMarking(["UNCLASSIFIED", "RESTRICTED", "SENSITIVE"])).toBe("RESTRICTED");
});

test("who finds nobody for the next step learns whose it would be, and whom to ask", () => {
  const ask = (role: "CERTIFIER" | "CONTRIBUTOR" | "BUDGET" | "APPROVER", side: "AGENCY" | "MFAT") =>
    nobodyToAsk(role, HELPERS, side);
  for (const role of ["CERTIFIER", "CONTRIBUTOR"] as const) {
    expect(ask(role, "AGENCY")).toMatch(/Your agency.*psf@mfat\.example/);
    expect(ask(role, "MFAT")).toContain("Customs");
  }
  expect(ask("BUDGET", "AGENCY")).toMatch(/MFAT.*psf@mfat\.example/);
  expect(ask("BUDGET", "MFAT")).toContain("budget officer");
  expect(ask("BUDGET", "MFAT")).not.toContain("$");
  expect(ask("APPROVER", "MFAT")).toContain("$100.00");
  expect(ask("BUDGET", "MFAT")).toContain("an administrator (admin@mfat.example) to give somebody the role");
  expect(nobodyToAsk("BUDGET", { ...HELPERS, administrators: [] }, "MFAT")).toContain("an administrator to give");
});

test("nothing is sent where nobody at all could take it on; what one of several lacks, or the desk, is said beforehand", () => {
  const free = (role: Free["role"], people: number, needed = 1): Free => ({ role, people, needed });
  const told = (offices: Free[], side: "AGENCY" | "MFAT" = "MFAT") => beforeSending(offices, HELPERS, side);
  const nobody = (role: Free["role"]) => nobodyToAsk(role, HELPERS, "MFAT");
  expect(told([])).toEqual({ cautions: [] });
  expect(told([free("BUDGET", 1), free("APPROVER", 2)])).toEqual({ cautions: [] });
  expect(told([free("BUDGET", 0)])).toEqual({ refusal: nobody("BUDGET"), cautions: [] });
  expect(told([free("BUDGET", 0), free("APPROVER", 0)])).toEqual({ refusal: nobody("BUDGET"), cautions: [] });
  expect(told([free("BUDGET", 0), free("APPROVER", 1)])).toEqual({ cautions: [nobody("BUDGET")] });
  expect(told([free("DESK", 0)])).toEqual({ cautions: [nobody("DESK")] });
  expect(told([free("DESK", 0)], "AGENCY")).toEqual({ cautions: [] });
  expect(told([free("DESK", 1), free("BUDGET", 0)], "AGENCY").cautions).toEqual([
    nobodyToAsk("BUDGET", HELPERS, "AGENCY"),
  ]);
  expect(told([free("ASSESSOR", 0, 2)])).toEqual({ cautions: [nobody("ASSESSOR")] });
  expect(told([free("ASSESSOR", 1, 2)]).cautions).toEqual([
    "Only 1 of the 2 assessors that this needs is free to act on this application.",
  ]);
  expect(told([free("ASSESSOR", 2, 3)]).cautions[0]).toContain("Only 2 of the 3 assessors that this needs are free");
  expect(told([free("BUDGET", 1, 2)]).refusal).toBe(nobody("BUDGET"));
  expect(told([free("DESK", 0), free("BUDGET", 0)])).toEqual({ cautions: [nobody("DESK"), nobody("BUDGET")] });
  expect(told([free("BUDGET", 0), free("DESK", 0)]).refusal).toBeUndefined();
});

test("the desk reads a mailbox, assessors and advisers are asked by name, and no agency needs a finance officer", () => {
  const roles = ["DESK", "ASSESSOR", "ADVISER", "FINANCE", "BUDGET", "CERTIFIER"] as const;
  expect(roles.filter(isPersonal)).toEqual(["BUDGET", "CERTIFIER"]);
  expect(roles.filter(isAskedByName)).toEqual(["ASSESSOR", "ADVISER"]);
});

test("what ended in error is reopened up to the last moment, and after it is told until when it could be", () => {
  const until = new Date("2026-12-18T10:59:59.999Z");
  expect(lateToReopen(until, until, "it ended")).toBeNull();
  expect(lateToReopen(until, new Date(until.getTime() + 1), "it ended")).toBe(
    "It could be reopened until Friday 18 December 2026, 11:59 pm NZDT, 20 working days after it ended.",
  );
});

test("who may take a step on holds the role, has no other part in it and is not recused, at the agency that applies", () => {
  const of = { id: "1", agencyId: "2" };
  const free = { endedAt: null, declarations: { none: { applicationId: "1", isRecused: true } } };
  expect(mayTakeOn({ role: "BUDGET" }, of, 0n, today)).toEqual({ ...free, roles: { some: { role: "BUDGET" } } });
  expect(mayTakeOn({ role: "CERTIFIER", duty: "CERTIFY" }, of, 0n, today)).toEqual({
    ...free,
    roles: { some: { role: "CERTIFIER" } },
    agencyId: "2",
    duties: { none: { applicationId: "1", kind: { not: "CERTIFY" } } },
  });
  expect(mayTakeOn({ role: "APPROVER", duty: "DECIDE" }, of, 5n, today)).toEqual(mayDecide("1", 5n, today));
  expect(mayTakeOn({ role: "ASSESSOR" }, of, 0n, today)).toMatchObject({
    duties: {
      none: {
        applicationId: "1",
        OR: [{ kind: { not: "ASSESS" } }, { assessments: { some: { status: "SET_ASIDE" } } }],
      },
    },
  });
});

test("who may decide: approvers without another part or interest, by a delegation that covers it or as a deputy", () => {
  expect(inForceOn(today)).toEqual({ endedAt: null, fromOn: { lte: today }, toOn: { gte: today } });
  const free = freeToDecide("1");
  expect(free).toEqual({
    side: "MFAT",
    endedAt: null,
    roles: { some: { role: "APPROVER" } },
    duties: { none: { applicationId: "1", kind: { notIn: ["DECIDE", "DELEGATE"] } } },
    declarations: { none: { applicationId: "1", isRecused: true } },
  });
  const holder = { ...free, delegation: { is: { OR: [{ limitCents: null }, { limitCents: { gte: 5n } }] } } };
  expect(mayDecide("1", 5n, today)).toEqual({
    AND: [free, { OR: [holder, { deputyFor: { some: { ...inForceOn(today), approver: holder } } }] }],
  });
});

test("an agency reads its draft while it may be written, and MFAT what was signed off last", () => {
  const reads = (side: "AGENCY" | "MFAT", state: State, versionNumber: number) =>
    readingOf(side, { state, versionNumber });
  const writing = ["DRAFT", "SIGN_OFF", "CHANGES_REQUESTED"] as const;
  expect(writing.map((state) => reads("AGENCY", state, 2))).toEqual(["draft", "draft", "draft"]);
  expect(writing.map((state) => reads("MFAT", state, 2))).toEqual([2, 2, 2]);
  expect([reads("AGENCY", "SUBMITTED", 2), reads("AGENCY", "WITHDRAWN", 0), reads("MFAT", "WITHDRAWN", 0)]).toEqual([
    2,
    "draft",
    0,
  ]);
});

test("a delegation is an approver’s who still works here, and what was returned stands no more", () => {
  expect(APPROVERS).toEqual({ side: "MFAT", endedAt: null, roles: { some: { role: "APPROVER" } } });
  expect(STANDS).toEqual({ returnedAt: null });
});

test("of two markings the higher one counts, in whatever order they come", () => {
  expect(highestMarking(["SENSITIVE", "IN_CONFIDENCE"])).toBe("SENSITIVE");
  expect(highestMarking(["UNCLASSIFIED", "IN_CONFIDENCE"])).toBe("IN_CONFIDENCE");
});

test("who has another duty is told which, and that somebody else is needed", () => {
  expect(otherDuty("CERTIFY")).toBe("You signed it off, so somebody else needs to take this step.");
});

test("a refused step carries what its reader’s words are made of", () => {
  const facts = { reference: "PSF-2026-0001", state: "ACTIVE", isHeld: false, side: "MFAT" } as const;
  expect(new StepRefusal("STATE", "Not now.", facts)).toMatchObject({ code: "STATE", message: "Not now.", facts });
});

test.each([
  ["psf-2026-42", "PSF-2026-0042"],
  ["PSF 2026-42", "PSF-2026-0042"],
  ["2026-0042", "PSF-2026-0042"],
  ["2026-00012345", "PSF-2026-12345"],
  ["PSF-2026-1001", "PSF-2026-1001"],
  ["PSF-2026-", null],
  ["PSF-1999-1", null],
  ["see PSF-2026-1", null],
  ["PSF-2026-1 too", null],
  ["PSF–2026‑42", "PSF-2026-0042"],
  ["police", null],
])("“%s” is the reference %s", (words, reference) => {
  expect(asReference(words)).toBe(reference);
});

test("people of one name are told apart by their addresses, however the name is written", () => {
  const people = ["Hēmi Walker", "hemi  walker", "Sina Leavai"].map((name, index) => ({
    name,
    email: `${index}@mfat.example`,
  }));
  expect(toldApart(people).map(({ name, email }) => [name, email])).toEqual([
    ["Hēmi Walker (0@mfat.example)", "0@mfat.example"],
    ["hemi  walker (1@mfat.example)", "1@mfat.example"],
    ["Sina Leavai", "2@mfat.example"],
  ]);
});
