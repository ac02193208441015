import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { getAnswers } from "#lib/applications/answers/queries.ts";
import { withdraw } from "#lib/arrangements/commands.ts";
import { readArrangement } from "#lib/arrangements/queries.ts";
import { type Actor, type AgencyActor, asAgency, asMfat, seesOwnOnly } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { sumCents } from "#lib/platform/money.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { everyRow } from "#lib/testing/files.ts";
import { eachApplication } from "#lib/views/queries.ts";
import type { ListedApplication } from "#lib/views/rules.ts";
import { readSearch } from "#lib/views/schema.ts";
import { getApplication, readAgencyHome } from "./queries.ts";

useTestDatabase("template_demo");

const desk = async () => asMfat((await findActor("desk@mfat.example")) ?? never());
const never = () => {
  throw new Error("The demo has no such person.");
};

/** An application of the demonstration in that state, and a contributor at its agency. */
async function inState(state: State): Promise<{ reference: string; revision: number; actor: AgencyActor }> {
  const { reference, revision, agencyId } = await db().application.findFirstOrThrow({ where: { state } });
  const { email } = await db().person.findFirstOrThrow({
    where: { agencyId, roles: { some: { role: "CONTRIBUTOR" } } },
  });
  return { reference, revision, actor: asAgency((await findActor(email)) ?? never()) };
}

async function seenBy(actor: AgencyActor, reference: string) {
  const { recommendedCents, approvedCents, phasing } = await getApplication(actor, reference);
  const row = (await listed(actor)).find((one) => one.reference === reference);
  return {
    recommendedCents,
    approvedCents,
    listed: row?.approvedCents ?? null,
    kinds: [...new Set(phasing.map(({ kind }) => kind))].sort(),
  };
}

const UNTOLD = { recommendedCents: null, approvedCents: null, listed: null, kinds: ["REQUESTED"] };

test("an agency reads what is approved once it is offered, and never what is recommended", async () => {
  for (const state of ["BUDGET_CHECK", "DECISION", "APPROVED"] as const) {
    const { reference, actor } = await inState(state);
    expect([state, await seenBy(actor, reference)]).toEqual([state, UNTOLD]);
    const { id, recommendedCents } = await getApplication(await desk(), reference);
    expect(recommendedCents).not.toBeNull();
    expect((await readArrangement(actor, id)).funding).toEqual([]);
    expect((await readArrangement(await desk(), id)).funding).not.toEqual([]);
  }
  const { reference, actor } = await inState("OFFERED");
  const seen = await seenBy(actor, reference);
  expect(seen).toMatchObject({ recommendedCents: null, kinds: ["APPROVED", "REQUESTED"] });
  expect(seen.approvedCents).toBeGreaterThan(0n);
  expect(seen.listed).toBe(seen.approvedCents);
});

test("an agency's sum of what is approved holds what was offered to it and not taken back", async () => {
  const { actor, reference } = await inState("APPROVED");
  const { id, phasing } = await db().application.findUniqueOrThrow({
    where: { reference },
    include: { phasing: true },
  });
  const { startYear = 0, cents = 0n } = phasing.find(({ kind }) => kind === "APPROVED") ?? {};
  expect(cents).toBeGreaterThan(0n);
  const sumIn = async (state: State) => {
    await unguarded().application.update({ where: { id }, data: { state } });
    const { ofYear } = await readAgencyHome(actor, new Date(Date.UTC(startYear, 6, 1)));
    return sumCents(ofYear.map(({ approvedCents }) => approvedCents));
  };
  const others = await sumIn("APPROVED");
  expect(await sumIn("OFFERED")).toBe(others + cents);
  expect(await sumIn("LAPSED")).toBe(others);
  expect(await sumIn("APPROVED")).toBe(others);
});

test("withdrawn between approval and offer, it tells the agency nothing of the approval", async () => {
  const { actor, reference, revision } = await inState("APPROVED");
  await withdraw(actor, { requestId: randomUUID(), revision }, reference, { reason: "No more needed" });
  expect(await seenBy(actor, reference)).toEqual(UNTOLD);
});

test("answers that were signed off say by whom and when, to both sides; a draft says neither", async () => {
  const { actor, reference } = await inState("SUBMITTED");
  const certifier = await db().person.findFirstOrThrow({
    where: { agencyId: actor.agencyId, roles: { some: { role: "CERTIFIER" } } },
  });
  for (const reader of [actor, await desk()]) {
    const answers = await getAnswers(reader, await getApplication(reader, reference));
    expect(answers?.certified).toMatchObject({ by: certifier.name, at: expect.any(Date) });
  }
  const draft = await inState("DRAFT");
  expect((await getAnswers(draft.actor, await getApplication(draft.actor, draft.reference)))?.certified).toBeNull();
});

test("a list hides what is hidden on the application's own page, but for figures of what is not declared yet", async () => {
  const people = await db().person.findMany({ where: { side: "MFAT", roles: { some: {} } } });
  for (const { id: personId, email } of people) {
    const actor = asMfat((await findActor(email)) ?? never());
    for (const row of await listed(actor)) {
      const page = await getApplication(actor, row.reference);
      const { requestedCents, recommendedCents, approvedCents } = page;
      if (page.isOpen && page.versionNumber > 0) {
        const seen = { requestedCents, recommendedCents, approvedCents };
        expect([email, amountsOf(row), row.places.length]).toEqual([email, seen, page.places.length]);
      } else {
        const isAssigned = page.duties.some((duty) => duty.personId === personId && duty.kind === "ASSESS");
        const isHidden = page.versionNumber === 0 || isAssigned || seesOwnOnly(actor);
        expect([email, row.requestedCents === null, row.places.length === 0]).toEqual([email, isHidden, isHidden]);
      }
    }
  }
});

test("a list hides the figures, and finds by no answer, where an interest recuses", async () => {
  const actor = await desk();
  const application = await db().application.findFirstOrThrow({ where: { state: "ASSESSMENT" } });
  const row = async () => (await listed(actor)).find(({ reference }) => reference === application.reference);
  expect((await row())?.requestedCents).toBe(application.requestedCents);
  const key = { applicationId_personId: { applicationId: application.id, personId: actor.personId } };
  await unguarded().interestDeclaration.update({ where: key, data: { hasInterest: true, isRecused: true } });
  expect(await row()).toMatchObject({ title: application.title, requestedCents: null, places: [] });
});

async function listed(actor: Actor): Promise<ListedApplication[]> {
  const { filter } = readSearch(actor.side, {}, {});
  return filter ? everyRow(eachApplication(db(), actor, filter)) : [];
}

const amountsOf = ({
  requestedCents = null,
  recommendedCents = null,
  approvedCents = null,
}: Partial<ListedApplication>) => ({ requestedCents, recommendedCents, approvedCents });
