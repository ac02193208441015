import { expect, test } from "vitest";
import type { Role } from "#lib/lifecycle/permissions.ts";
import {
  askedAgain,
  countOf,
  isMissed,
  type Kind,
  type Leaving,
  leavingLines,
  leavingWords,
  nobodyLeft,
  officesOfNobody,
  onlyOf,
} from "./rules.ts";

const held = (kind: Kind, count = 1) => ({ kind, count, references: [`PSF-2026-000${count}`] });
const office = (role: Role, others: string[] = [], tasks = 0) => ({ role, tasks, others });
const leaving = (change: Partial<Leaving> = {}): Leaving => ({
  name: "Mere",
  agencyId: null,
  agencyName: null,
  held: [],
  offices: [],
  officers: [],
  assessments: [],
  administrators: ["admin@mfat.example"],
  ...change,
});
const ofPolice = (change: Partial<Leaving>) => leaving({ agencyId: "1", agencyName: "New Zealand Police", ...change });
const linesOf = (change: Partial<Leaving>) =>
  leavingLines(leaving(change)).map(({ label, count, outcome }) => `${label} ${count}: ${outcome}`);

test("what hangs on somebody is told in one order, with how many and what becomes of them", () => {
  expect(linesOf({})).toEqual([]);
  expect(leavingLines(leaving({ held: [held("changes", 2), held("looksAfter", 3)] }))).toEqual([
    {
      label: "Applications looked after",
      outcome: "You choose who takes them over",
      count: 3,
      references: ["PSF-2026-0003"],
    },
    {
      label: "Changes asked for",
      outcome: "Somebody else can still confirm or decline them",
      href: "/changes",
      count: 2,
      references: ["PSF-2026-0002"],
    },
  ]);
});

test("what waits on somebody by name stays or ends with them, and a task of a role is no application of its own", () => {
  expect(linesOf({ held: [held("questions"), held("delegation")] })).toEqual([
    "Questions to answer 1: We ask the desk to withdraw or pass over them. It can then ask another adviser",
    "Change of their delegation 1: It can no longer be confirmed",
  ]);
  expect(leavingLines(leaving({ offices: [office("DESK", [], 1)] }))[0]?.references).toEqual([]);
});

test("an agency’s last contributor leaves drafts and reports that nobody writes", () => {
  const written = [held("drafts", 2), held("reports", 1)];
  expect(linesOf({ held: written, offices: [office("CONTRIBUTOR"), office("CERTIFIER", ["Rua"])] })).toEqual([
    "Drafts written 2: They stay with the agency, but no contributor is left to continue them",
    "Reports to come 1: Nobody else at the agency can write them",
  ]);
  const others = [office("CONTRIBUTOR", ["Hana"]), office("CERTIFIER")];
  expect(linesOf({ held: [...written, held("deputies")], offices: others })).toEqual([
    "Drafts written 2: They stay with the agency, and its other contributors can continue them",
    "Reports to come 1: The agency’s other contributors submit them",
    "Deputies 1: They end with the account. We email the other person",
  ]);
  expect(linesOf({ held: [held("changes")], offices: [office("CONTRIBUTOR")] })[0]).toContain("Somebody else can");
});

test("tasks of a role name who else is asked; what one person was asked by name is no task of the role", () => {
  const offices = [
    office("DESK", ["Ana", "Teuila"], 4),
    office("BUDGET", [], 2),
    office("AUDITOR", [], 0),
    office("ASSESSOR", [], 3),
    office("ADVISER", [], 1),
  ];
  expect(linesOf({ held: [held("assessments", 3)], offices })).toEqual([
    "Assessments assigned 3: Nobody else can assess them now, so we ask the desk. We keep what they have written",
    "Tasks as desk officer 4: Also asked: Ana and Teuila",
    "Tasks as budget officer 2: Nobody else can do these",
  ]);
});

test("a role that nobody would hold any more is told with what waits on it, and whom to ask", () => {
  const contributor = { held: [held("drafts", 2), held("reports", 1)], offices: [office("CONTRIBUTOR", [], 1)] };
  expect(nobodyLeft(ofPolice(contributor))).toEqual([
    "New Zealand Police has no other contributor. Nobody would be left to do their tasks (3). Ask the agency who it is now, and add that person under “People” first.",
  ]);
  expect(nobodyLeft(ofPolice(contributor), "AGENCY")[0]).toMatch(
    /Add that person first, or give somebody else the role\.$/,
  );
  expect(nobodyLeft(ofPolice({ held: contributor.held, offices: [office("CERTIFIER", [], 1)] }))[0]).toContain("(1)");
  expect(nobodyLeft(ofPolice({ offices: [office("CONTRIBUTOR", [], 4)] }))[0]).toContain("(4)");
  expect(nobodyLeft(leaving({ offices: [office("APPROVER")] }))).toEqual([
    "MFAT has no other approver. Ask an administrator (admin@mfat.example) to give somebody else the role first.",
  ]);
});

test("an auditor may be missing, and a finance officer while nothing waits on one", () => {
  const rolesOf = (...offices: Leaving["offices"]) => officesOfNobody(leaving({ offices })).map(({ role }) => role);
  expect(rolesOf(office("AUDITOR", [], 1), office("FINANCE"), office("DESK", ["Ana"]))).toEqual([]);
  expect(rolesOf(office("FINANCE", [], 1), office("DESK"))).toEqual(["FINANCE", "DESK"]);
});

test("a role that is taken away takes along what hangs on it, and nothing else", () => {
  const kinds: Kind[] = [
    "looksAfter",
    "assessments",
    "questions",
    "drafts",
    "reports",
    "changes",
    "delegation",
    "deputies",
  ];
  const all = leaving({
    held: kinds.map((kind) => held(kind)),
    offices: (["DESK", "APPROVER", "CONTRIBUTOR"] as const).map((role) => office(role)),
  });
  const left = (...roles: Role[]) => {
    const { held, offices } = onlyOf(all, roles);
    return [...held.map(({ kind }) => kind), ...offices.map(({ role }) => role)];
  };
  expect(left("DESK")).toEqual(["looksAfter", "DESK"]);
  expect(left("ASSESSOR", "ADVISER")).toEqual(["assessments", "questions"]);
  expect(left("CONTRIBUTOR")).toEqual(["drafts", "reports", "CONTRIBUTOR"]);
  expect(left("APPROVER")).toEqual(["delegation", "deputies", "APPROVER"]);
  expect(left("AUDITOR")).toEqual([]);
  expect(onlyOf(all, ["DESK"]).name).toBe("Mere");
});

test("somebody is missed who holds something, or a role that nobody else has", () => {
  expect(isMissed(leaving({ offices: [office("DESK", ["Ana"])] }))).toBe(false);
  expect(isMissed(leaving({ offices: [office("DESK")] }))).toBe(true);
  expect(isMissed(leaving({ held: [held("drafts")] }))).toBe(true);
  expect([countOf([held("drafts", 2)], "drafts"), countOf([held("drafts", 2)], "reports")]).toEqual([2, 0]);
});

test("in a question in a form it is one text: who is left, and each line with its references or how many there are", () => {
  const [few, many] = [
    { kind: "looksAfter" as const, count: 1, references: ["PSF-2026-0001"] },
    { kind: "assessments" as const, count: 3, references: ["PSF-2026-0002", "PSF-2026-0003"] },
  ];
  const none = { kind: "questions" as const, count: 2, references: [] };
  const words = leavingWords(leaving({ held: [few, many, none], offices: [office("AUDITOR")] }));
  expect(words).toContain("Applications looked after: PSF-2026-0001. You choose who takes them over.");
  expect(words).toContain(": PSF-2026-0002, PSF-2026-0003 and more. ");
  expect(words).toContain(": 2. ");
  expect(words).not.toContain(": 2 and more");
  expect(leavingWords(leaving({ offices: [office("DESK")] }))).toMatch(/no other desk officer/);
  expect(askedAgain(leaving({ held: [few, many, none] }))).toEqual([many, none]);
});
