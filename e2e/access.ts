/**
 * Every page and route of the portal, and who may use it. `everybody` needs no session; `anyone` any session; the others
 * name the demo's people. Whoever is not named gets "Page not found"; who is not signed in is led to do so.
 */
export const PEOPLE = {
  contributor: "contributor@police.example",
  certifier: "certifier@police.example",
  desk: "desk@mfat.example",
  assessor: "assessor1@mfat.example",
  budget: "budget@mfat.example",
  approver: "approver2@mfat.example",
  auditor: "auditor@mfat.example",
  admin: "admin@mfat.example",
} as const;

export type PersonKey = keyof typeof PEOPLE;
export const MFAT: readonly PersonKey[] = ["desk", "assessor", "budget", "approver", "auditor", "admin"];
export const AGENCY: readonly PersonKey[] = ["contributor", "certifier"];

type Access = "everybody" | "anyone" | readonly PersonKey[];

/** By the route's folder in app/, without the groups. OWN stands for an application of New Zealand Police. */
export const ACCESS: Record<string, { path: string; may: Access }> = {
  "/": { path: "/", may: "everybody" },
  "/accessibility": { path: "/accessibility", may: "everybody" },
  "/contact": { path: "/contact", may: "everybody" },
  "/copyright": { path: "/copyright", may: "everybody" },
  "/privacy": { path: "/privacy", may: "everybody" },
  "/security": { path: "/security", may: "everybody" },
  "/.well-known/security.txt": { path: "/.well-known/security.txt", may: "everybody" },
  "/sign-in": { path: "/sign-in", may: "everybody" },
  "/api/health": { path: "/api/health", may: "everybody" },
  "/api/auth/[...nextauth]": { path: "/api/auth/session", may: "everybody" },
  "/mailbox": { path: "/mailbox", may: "everybody" },
  "/home": { path: "/home", may: "anyone" },
  "/home/calendar": { path: "/home/calendar", may: AGENCY },
  "/account": { path: "/account", may: "anyone" },
  "/account/deputies": { path: "/account/deputies", may: ["approver"] },
  "/work": { path: "/work", may: "anyone" },
  "/work/[step]": { path: "/work/sendOffer", may: ["desk"] },
  "/applications": { path: "/applications", may: "anyone" },
  "/applications/export/[format]": { path: "/applications/export/csv", may: "anyone" },
  "/applications/views": { path: "/applications/views", may: "anyone" },
  "/applications/views/new": { path: "/applications/views/new?state=OPEN", may: "anyone" },
  "/applications/new": { path: "/applications/new", may: ["contributor"] },
  "/applications/new/ineligible": { path: "/applications/new/ineligible?isPacific=no", may: ["contributor"] },
  "/applications/[reference]": {
    path: "/applications/OWN",
    may: [...AGENCY, ...MFAT.filter((key) => key !== "assessor")],
  },
  "/applications/[reference]/[step]": {
    path: "/applications/OWN/withdraw",
    may: [...AGENCY, ...MFAT.filter((key) => key !== "assessor")],
  },
  "/applications/[reference]/changes": {
    path: "/applications/OWN/changes",
    may: [...AGENCY, ...MFAT.filter((key) => key !== "assessor")],
  },
  "/applications/[reference]/comments": { path: "/applications/OWN/comments", may: AGENCY },
  "/applications/[reference]/claims": { path: "/applications/OWN/claims", may: AGENCY },
  "/applications/[reference]/sections": { path: "/applications/OWN/sections", may: AGENCY },
  "/applications/[reference]/sections/files": { path: "/applications/OWN/sections/files", may: AGENCY },
  "/applications/[reference]/sections/[section]": { path: "/applications/OWN/sections/need", may: AGENCY },
  // MFAT reads no draft.
  "/applications/[reference]/print": { path: "/applications/OWN/print", may: AGENCY },
  "/applications/[reference]/pdf": { path: "/applications/OWN/pdf", may: AGENCY },
  "/applications/[reference]/interests": {
    path: "/applications/OWN/interests",
    may: ["desk", "budget", "approver"],
  },
  "/applications/[reference]/moderation": { path: "/applications/OWN/moderation", may: ["desk"] },
  "/budget": { path: "/budget", may: MFAT },
  "/budget/adjust": { path: "/budget/adjust", may: ["budget"] },
  "/budget/carry-forward": { path: "/budget/carry-forward", may: MFAT },
  "/budget/carry-forward/new": { path: "/budget/carry-forward/new", may: ["budget"] },
  "/budget/export/[list]/[format]": { path: "/budget/export/rows/csv", may: MFAT },
  "/budget/ledger": { path: "/budget/ledger", may: MFAT },
  "/budget/ledger/[id]/reverse": { path: "/budget/ledger/1/reverse", may: ["budget"] },
  "/budget/rows": { path: "/budget/rows?by=place&of=FJ&counter=committed", may: MFAT },
  "/budget/shares": { path: "/budget/shares?by=category", may: MFAT },
  "/budget/statement": { path: "/budget/statement", may: MFAT },
  "/budget/claims": { path: "/budget/claims", may: MFAT },
  "/budget/claims/export/[format]": { path: "/budget/claims/export/csv", may: MFAT },
  "/budget/payments": { path: "/budget/payments", may: ["budget", "auditor"] },
  "/reports": { path: "/reports", may: MFAT },
  "/reports/export/[format]": { path: "/reports/export/csv", may: MFAT },
  "/variations": { path: "/variations", may: MFAT.filter((key) => key !== "assessor") },
  "/variations/export/[format]": {
    path: "/variations/export/csv",
    may: MFAT.filter((key) => key !== "assessor"),
  },
  "/rounds": { path: "/rounds", may: MFAT },
  "/rounds/new": { path: "/rounds/new", may: ["desk"] },
  "/settings/people": { path: "/settings/people", may: ["desk", "admin", "auditor"] },
  "/settings/people/new": { path: "/settings/people/new", may: ["desk", "admin"] },
  "/settings/agencies": { path: "/settings/agencies", may: ["desk", "auditor"] },
  "/settings/agencies/new": { path: "/settings/agencies/new", may: ["desk"] },
  "/settings/interests": { path: "/settings/interests", may: ["desk", "admin", "auditor"] },
  "/settings/interests/export/[format]": { path: "/settings/interests/export/csv", may: ["desk", "admin", "auditor"] },
  "/settings/conditions": { path: "/settings/conditions", may: ["desk", "approver", "auditor", "admin"] },
  "/settings/letters": { path: "/settings/letters", may: ["desk", "admin", "auditor"] },
  "/settings/letters/[kind]": { path: "/settings/letters/offer", may: ["desk", "admin", "auditor"] },
  "/settings/mail": { path: "/settings/mail", may: ["desk", "admin", "auditor"] },
  "/settings/audit": { path: "/settings/audit", may: ["auditor", "admin"] },
};

/** Routes whose address needs an id of their own: each has a test of its own. */
export const TRIED_ELSEWHERE = [
  "/applications/[reference]/letter",
  "/applications/[reference]/reports/[number]",
  "/applications/[reference]/decision-note",
  "/applications/[reference]/files/[id]",
  "/api/uploads/[[...path]]",
  "/api/documents/[reference]/[section]",
  "/api/sections/[reference]/[section]",
  "/api/assessments/[reference]",
  "/budget/carry-forward/[id]",
  "/work/[step]/[batch]",
  "/budget/payments/[batch]",
  "/rounds/[id]",
  "/rounds/[id]/criteria",
  "/rounds/[id]/choose",
  "/rounds/[id]/choose/compare",
  "/rounds/[id]/choose/recommend",
  "/settings/people/[id]",
  "/settings/agencies/[id]",
  "/settings/interests/[reference]/[person]",
  "/applications/views/[id]",
  "/mailbox/[file]",
  "/mailbox/[file]/download",
];
