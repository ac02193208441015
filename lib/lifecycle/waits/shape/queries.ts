// What every row of the table of waits is made of.
import type { Role } from "#lib/lifecycle/permissions.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { constant } from "#lib/platform/db.ts";

export const NZ_DAY = (instant: Prisma.Sql) => Prisma.sql`(${instant} AT TIME ZONE 'Pacific/Auckland')::date`;
const NOBODY = Prisma.sql`NULL::uuid`;
const NO_DAY = Prisma.sql`NULL::date`;

/** `of`: the joins and conditions; `who`: the one person it waits for, if it is a single person. */
type WaitRow = {
  of: Prisma.Sql;
  role: Role;
  step: Prisma.Sql;
  since: Prisma.Sql;
  dueOn?: Prisma.Sql;
  who?: Prisma.Sql;
  /** Where no index has the order of its waiting: the ids of those that are looked through first. */
  among?: Prisma.Sql;
};

/** What waits on one office in one way. */
export type Wait = { role: Role; rows: Prisma.Sql; among?: Prisma.Sql | undefined };

export const waitRow = ({ of, role, step, since, dueOn = NO_DAY, who = NOBODY, among }: WaitRow): Wait => ({
  role,
  among,
  rows: Prisma.sql`SELECT a.id, a."agencyId", ${constant(role)}::text AS role, ${step} AS step, ${since} AS since, ${dueOn} AS "dueOn", ${who} AS "personId" FROM "Application" a ${of}`,
});

/** Whether somebody who was asked by name still holds the office that they were asked in. */
export const canAct = (personId: Prisma.Sql, role: Role): Prisma.Sql => Prisma.sql`EXISTS (SELECT FROM "PersonRole" r
  JOIN "Person" p ON p.id = r."personId" AND p."endedAt" IS NULL WHERE r."personId" = ${personId} AND r.role = ${constant(role)}::"Role")`;

/** A state that waits for one step by one office. */
export const waitOfState = (state: State, role: Role, step: string): Wait =>
  waitRow({
    of: Prisma.sql`WHERE a.state = ${constant(state)}::"State"`,
    role,
    step: Prisma.sql`${constant(step)}::text`,
    since: Prisma.sql`a."stateSince"`,
  });
