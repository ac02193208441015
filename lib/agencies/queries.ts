import { z } from "zod";
import type { Option } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { AgencyData } from "./schema.ts";

export type AgencyRow = AgencyData & { id: string; revision: number };

/** Every agency, by name, with the number of its people who can sign in. There are a few dozen. */
export async function listAgencies(actor: MfatActor): Promise<(AgencyRow & { people: number })[]> {
  permit(actor, "agency:read");
  const rows = await db().agency.findMany({
    include: { _count: { select: { people: { where: { endedAt: null } } } } },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: 500,
  });
  return rows.map(({ _count, ...row }) => ({ ...row, people: _count.people }));
}

/** @throws NOT_FOUND */
export async function getAgency(actor: MfatActor, id: string): Promise<AgencyRow> {
  permit(actor, "agency:keep");
  const agency = z.uuid().safeParse(id).success ? await db().agency.findUnique({ where: { id } }) : null;
  if (!agency) throw notFound();
  return agency;
}

/** The agencies that a list can be narrowed to: all of them, for which of them have what it lists is found by reading all of it. */
export const AGENCY_FILTER = Prisma.sql`
  SELECT id::text, name, NULL, row_number() OVER (ORDER BY name, id) FROM "Agency" ORDER BY name, id LIMIT 500`;

/** The agencies that people can be added to, as options of a form. */
export async function listAgencyOptions(actor: MfatActor): Promise<Option[]> {
  permit(actor, "person:keep");
  const rows = await db().agency.findMany({
    where: { isActive: true },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: 500,
  });
  return rows.map(({ id, name }) => ({ value: id, label: name }));
}
