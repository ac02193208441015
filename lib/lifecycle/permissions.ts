import { DomainError, forbidden } from "#lib/platform/errors.ts";

/**
 * Roles as the database knows them. What each may do is in the rows of the steps and, for everything else, in
 * PERMISSIONS below.
 */
export type Role =
  | "CONTRIBUTOR"
  | "FINANCE"
  | "CERTIFIER"
  | "DESK"
  | "ASSESSOR"
  | "ADVISER"
  | "BUDGET"
  | "APPROVER"
  | "AUDITOR"
  | "ADMINISTRATOR";

export const ROLE_LABELS: Record<Role, string> = {
  CONTRIBUTOR: "contributor",
  FINANCE: "finance officer",
  CERTIFIER: "certifier",
  DESK: "desk officer",
  ASSESSOR: "assessor",
  ADVISER: "adviser",
  BUDGET: "budget officer",
  APPROVER: "approver",
  AUDITOR: "auditor",
  ADMINISTRATOR: "administrator",
};

export const AGENCY_ROLES: readonly Role[] = ["CONTRIBUTOR", "FINANCE", "CERTIFIER"];
export const MFAT_ROLES: readonly Role[] = [
  "DESK",
  "ASSESSOR",
  "ADVISER",
  "BUDGET",
  "APPROVER",
  "AUDITOR",
  "ADMINISTRATOR",
];
/** Everybody except advisers, who give their view of a place or a subject independently of what others think. */
const NOT_ADVISERS = MFAT_ROLES.filter((role) => role !== "ADVISER");

type Somebody = { personId: string; name: string; email: string; roles: ReadonlySet<Role> };

export type AgencyActor = Somebody & { side: "AGENCY"; agencyId: string; agencyName: string };
/** delegationCents: the most the person may decide; null means no limit, undefined no delegation. */
export type MfatActor = Somebody & { side: "MFAT"; delegationCents?: bigint | null };

/**
 * The person making the request. Every query and command takes one first, so nothing is read or written on nobody's
 * behalf.
 */
export type Actor = AgencyActor | MfatActor;

/**
 * People who only assess or advise see the applications that they assess, that are for their places, or that they were
 * asked about.
 */
export const seesOwnOnly = ({ roles }: Actor): boolean =>
  [...roles].every((role) => role === "ASSESSOR" || role === "ADVISER");

/** Every permission that is not a step: "noun:verb" and the roles that have it. */
const PERMISSIONS = {
  "application:create": ["CONTRIBUTOR"],
  "application:edit": ["CONTRIBUTOR"],
  "invoice:add": ["CONTRIBUTOR", "FINANCE"],
  "screening:edit": ["DESK"],
  "assessment:assign": ["DESK"],
  "assessment:score": ["ASSESSOR"],
  "assessment:read": NOT_ADVISERS,
  "advice:give": ["ADVISER"],
  "advice:read": ["DESK", "BUDGET", "APPROVER", "AUDITOR", "ADMINISTRATOR"],
  "moderation:edit": ["DESK"],
  "scenario:read": ["DESK", "BUDGET", "APPROVER", "AUDITOR"],
  "scenario:keep": ["DESK"],
  "officer:change": ["DESK", "ADMINISTRATOR"],
  "interest:declare": ["DESK", "ASSESSOR", "ADVISER", "BUDGET", "APPROVER"],
  "interest:read": ["DESK", "AUDITOR", "ADMINISTRATOR"],
  "interest:note": ["DESK"],
  "interest:clear": ["ADMINISTRATOR"],
  "payment:read": ["BUDGET", "AUDITOR"],
  "payment:record": ["BUDGET"],
  "variation:read": ["DESK", "BUDGET", "APPROVER", "AUDITOR", "ADMINISTRATOR"],
  "budget:read": NOT_ADVISERS,
  "envelope:adjust": ["BUDGET"],
  "envelope:confirm": ["BUDGET", "APPROVER"],
  "expectation:note": ["BUDGET"],
  "report:write": ["CONTRIBUTOR"],
  "round:keep": ["DESK"],
  "reference:keep": ["DESK"],
  "agency:read": ["DESK", "AUDITOR"],
  "agency:keep": ["DESK"],
  "person:read": ["DESK", "ADMINISTRATOR", "AUDITOR"],
  "person:keep": ["DESK", "ADMINISTRATOR"],
  "colleague:keep": ["CERTIFIER"],
  "role:keep": ["ADMINISTRATOR"],
  "deputy:name": ["APPROVER"],
  "condition:read": ["DESK", "APPROVER", "AUDITOR", "ADMINISTRATOR"],
  "condition:keep": ["DESK"],
  "letter:read": ["DESK", "AUDITOR", "ADMINISTRATOR"],
  "letter:keep": ["DESK"],
  "mail:read": ["DESK", "ADMINISTRATOR", "AUDITOR"],
  "mail:send": ["DESK", "ADMINISTRATOR"],
  "audit:read": ["AUDITOR", "ADMINISTRATOR"],
} satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export const rolesOf = (permission: Permission): readonly Role[] => PERMISSIONS[permission];

/** Whether one of the actor's roles allows it. Queries check the scope (which agency, which application). */
export function can(actor: Actor, permission: Permission): boolean {
  return PERMISSIONS[permission].some((role) => actor.roles.has(role));
}

/** Refuses an actor without the permission. The refusal is audited where it is answered (lib/web/action.ts). */
export function permit(actor: Actor, permission: Permission): void {
  if (!can(actor, permission)) {
    const roles = PERMISSIONS[permission].map((role) => ROLE_LABELS[role]).join(" or ");
    throw new DomainError("FORBIDDEN", `Only a person with the role of ${roles} can do this.`);
  }
}

/** Somebody from the other side asked for this step. */
export function asAgency(actor: Actor): AgencyActor {
  if (actor.side !== "AGENCY") throw forbidden("Only people at an agency can do this.");
  return actor;
}
export function asMfat(actor: Actor): MfatActor {
  if (actor.side !== "MFAT") throw forbidden("Only people at MFAT can do this.");
  return actor;
}
