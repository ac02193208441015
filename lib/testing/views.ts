// Applications of two agencies, to be found in lists, for tests.

import { beforeAll, expect } from "vitest";
import {
  type Actor,
  type AgencyActor,
  asAgency,
  asMfat,
  type MfatActor,
  type Role,
} from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import type { Marking, State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { everyRow } from "#lib/testing/files.ts";
import { eachApplication, listApplications, readFilterLists } from "#lib/views/queries.ts";
import { readSearch } from "#lib/views/schema.ts";
import { declareNone, signedToday, unguarded, useTestDatabase } from "./database.ts";

/** The financial year of what the tests ask for. */
export const year = financialYearOf(dayOf(now()));
let number = 0;
export let desk: MfatActor;
export let police: AgencyActor;
export let customs: AgencyActor;
let roundId = "";

/** A database of its own, and the people who look for applications. */
export function useLists(): void {
  useTestDatabase();
  beforeAll(makePeople);
}

async function makePeople(): Promise<void> {
  const [one, other] = await db().agency.findMany({ take: 2, orderBy: { name: "asc" } });
  police = asAgency(await somebody(one?.id ?? "", "CONTRIBUTOR"));
  customs = asAgency(await somebody(other?.id ?? "", "CONTRIBUTOR"));
  desk = asMfat(await somebody(null, "DESK"));
  roundId = (
    await unguarded().round.create({ data: { name: "Lists", opensAt: new Date(0), publishedAt: new Date(0) } })
  ).id;
}

export async function somebody(agencyId: string | null, ...roles: Role[]): Promise<Actor> {
  const email = `list${++number}@people.example`;
  const side = agencyId ? "AGENCY" : "MFAT";
  await unguarded().person.create({
    data: { email, name: email, side, agencyId, roles: { create: roles.map((role) => ({ role })) } },
  });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return actor;
}

type Given = {
  state?: State;
  title?: string;
  /** What the version says that MFAT reads; none: it is a draft. */
  version?: Record<string, string>;
  draft?: Record<string, string>;
  cents?: bigint;
  of?: AgencyActor;
  places?: string[];
  focusArea?: string;
  years?: number[];
  marking?: Marking;
  since?: Date;
  roundId?: string;
  isHeld?: boolean;
};

export async function application(given: Given = {}): Promise<{ id: string; reference: string }> {
  const { version, of = police, cents = 100n, title = "An initiative" } = given;
  const draft = given.draft ?? (version ? undefined : {});
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  const { id } = await unguarded().application.create({
    data: {
      reference,
      title,
      state: given.state ?? (version ? "SUBMITTED" : "DRAFT"),
      agencyId: of.agencyId,
      roundId: given.roundId ?? roundId,
      createdById: of.personId,
      requestedCents: cents,
      versionNumber: version ? 1 : 0,
      marking: given.marking ?? "UNCLASSIFIED",
      heldAt: given.isHeld ? new Date() : null,
      ...(given.since && { stateSince: given.since }),
      places: { create: (given.places ?? []).map((placeCode) => ({ placeCode, percent: 50 })) },
      focusAreas: given.focusArea ? { create: { focusAreaCode: given.focusArea, isMain: true } } : {},
      phasing: { create: (given.years ?? []).map((startYear) => ({ startYear, kind: "REQUESTED", cents: 1n })) },
      ...(draft && {
        sections: {
          create: Object.entries({ initiative: title, ...draft }).map(([section, text]) => ({
            section,
            values: { text },
            savedById: of.personId,
          })),
        },
      }),
      ...(version && {
        versions: {
          create: {
            ...(await signedToday()),
            number: 1,
            answers: { initiative: { title, ...version } },
            requestedCents: cents,
            certifiedById: of.personId,
          },
        },
      }),
    },
  });
  if (version) await declareNone(desk.personId, { id });
  return { id, reference };
}

export async function searched(actor: Actor, values: Record<string, string>) {
  const search = readSearch(actor.side, values, await readFilterLists(actor));
  if (search.errors) throw new Error(JSON.stringify(search.errors));
  return search;
}

/** The references that a search finds, on its first page; counted, listed and exported they are the same. */
export async function find(actor: Actor, values: Record<string, string>): Promise<string[]> {
  const { filter } = await searched(actor, values);
  const [{ rows, totals }, all] = await Promise.all([
    listApplications(actor, filter),
    everyRow(eachApplication(db(), actor, filter)),
  ]);
  expect(totals.count).toBe(all.length);
  expect(rows).toEqual(all.slice(0, 25));
  return rows.map(({ reference }) => reference);
}
