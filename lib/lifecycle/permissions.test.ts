import { expect, test } from "vitest";
import {
  type Actor,
  AGENCY_ROLES,
  asAgency,
  asMfat,
  can,
  MFAT_ROLES,
  type Permission,
  permit,
  type Role,
  rolesOf,
  seesOwnOnly,
} from "./permissions.ts";

const EVERY_ROLE = [...AGENCY_ROLES, ...MFAT_ROLES];
const actor = (...roles: Role[]): Actor => ({
  side: "MFAT",
  personId: "1",
  name: "Somebody",
  email: "somebody@mfat.example",
  roles: new Set(roles),
});
const officer: Actor = { ...actor(), side: "AGENCY", agencyId: "2", agencyName: "New Zealand Police" };

/** What each role may do, written from the role's side of the table. */
const MAY = {
  CONTRIBUTOR: ["application:create", "application:edit", "invoice:add", "report:write"],
  FINANCE: ["invoice:add"],
  CERTIFIER: ["colleague:keep"],
  DESK: [
    "officer:change",
    "screening:edit",
    "assessment:assign",
    "assessment:read",
    "advice:read",
    "moderation:edit",
    "scenario:read",
    "scenario:keep",
    "interest:declare",
    "interest:read",
    "interest:note",
    "variation:read",
    "budget:read",
    "round:keep",
    "reference:keep",
    "agency:read",
    "agency:keep",
    "person:read",
    "person:keep",
    "condition:read",
    "condition:keep",
    "letter:read",
    "letter:keep",
    "mail:read",
    "mail:send",
  ],
  ASSESSOR: ["assessment:score", "assessment:read", "interest:declare", "budget:read"],
  ADVISER: ["advice:give", "interest:declare"],
  BUDGET: [
    "assessment:read",
    "advice:read",
    "scenario:read",
    "interest:declare",
    "payment:read",
    "payment:record",
    "variation:read",
    "budget:read",
    "envelope:adjust",
    "envelope:confirm",
    "expectation:note",
  ],
  APPROVER: [
    "assessment:read",
    "advice:read",
    "scenario:read",
    "interest:declare",
    "variation:read",
    "budget:read",
    "envelope:confirm",
    "deputy:name",
    "condition:read",
  ],
  AUDITOR: [
    "assessment:read",
    "advice:read",
    "scenario:read",
    "interest:read",
    "payment:read",
    "variation:read",
    "budget:read",
    "agency:read",
    "person:read",
    "condition:read",
    "letter:read",
    "mail:read",
    "audit:read",
  ],
  ADMINISTRATOR: [
    "assessment:read",
    "advice:read",
    "officer:change",
    "interest:read",
    "interest:clear",
    "variation:read",
    "budget:read",
    "person:read",
    "person:keep",
    "role:keep",
    "condition:read",
    "letter:read",
    "mail:read",
    "mail:send",
    "audit:read",
  ],
} as const satisfies Record<Role, readonly Permission[]>;
/** Does not compile if a permission has no office. */
const EVERY_PERMISSION: readonly (typeof MAY)[Role][number][] = [...new Set<Permission>(Object.values(MAY).flat())];
const mayOf = (role: Role): readonly Permission[] => MAY[role];

test.each(EVERY_ROLE)("%s may do what the office is for, and nothing else", (role) => {
  expect(EVERY_PERMISSION.filter((permission) => can(actor(role), permission))).toEqual(
    EVERY_PERMISSION.filter((permission) => mayOf(role).includes(permission)),
  );
});

test("one of several roles is enough, and without a role nothing is", () => {
  expect(can(actor("ASSESSOR", "BUDGET"), "payment:record")).toBe(true);
  expect(EVERY_PERMISSION.filter((permission) => can(actor(), permission))).toEqual([]);
});

test("a refusal names the roles that may", () => {
  expect(rolesOf("payment:read")).toEqual(["BUDGET", "AUDITOR"]);
  expect(() => permit(actor("BUDGET"), "payment:record")).not.toThrow();
  expect(() => permit(actor("DESK"), "payment:read")).toThrow(/budget officer or auditor/);
  expect(() => permit(actor("DESK"), "payment:read")).toThrow(expect.objectContaining({ code: "FORBIDDEN" }));
});

test("every role belongs to one side", () => {
  expect(AGENCY_ROLES).toEqual(["CONTRIBUTOR", "FINANCE", "CERTIFIER"]);
  expect(MFAT_ROLES).toEqual(["DESK", "ASSESSOR", "ADVISER", "BUDGET", "APPROVER", "AUDITOR", "ADMINISTRATOR"]);
});

test("only an assessor who is nothing else sees what is assigned alone", () => {
  expect(seesOwnOnly(actor("ASSESSOR"))).toBe(true);
  expect(seesOwnOnly(actor("ASSESSOR", "ADVISER"))).toBe(true);
  expect(seesOwnOnly(actor("ADVISER", "BUDGET"))).toBe(false);
  expect(seesOwnOnly(actor("ASSESSOR", "DESK"))).toBe(false);
  expect(seesOwnOnly(actor("AUDITOR"))).toBe(false);
});

test("a step of one side is refused to the other", () => {
  expect(asMfat(actor("DESK")).side).toBe("MFAT");
  expect(asAgency(officer).side).toBe("AGENCY");
  for (const refused of [() => asMfat(officer), () => asAgency(actor("DESK"))]) {
    expect(refused).toThrow(expect.objectContaining({ code: "FORBIDDEN" }));
  }
});
