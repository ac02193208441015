// A step is never asked of nobody: its sender is told before anything is sent, and who can help.

import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import * as applications from "#lib/applications/commands.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { sendOffer } from "#lib/arrangements/commands.ts";
import { askForThreshold } from "#lib/budget/commands.ts";
import { readConfirmers } from "#lib/changes/queries.ts";
import { confirmBudget, recommend } from "#lib/decisions/commands.ts";
import { type Actor, asAgency, asMfat, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, financialYearOf, laterOf } from "#lib/platform/dates.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { formatCents } from "#lib/platform/money.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { askForVariation } from "#lib/variations/commands.ts";
import { listObstacles, readBefore } from "#lib/workflow/obstacles/queries.ts";
import type { StepKey } from "./steps.ts";

useTestDatabase("template_demo");

async function who(email: string) {
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return actor;
}
const mfat = async (name: string) => asMfat(await who(`${name}@mfat.example`));

/** For a while nobody has a role: at an agency, or at MFAT. */
async function withoutRole(role: Role, agencyId: string | null, work: () => Promise<void>): Promise<void> {
  const where = { agencyId, endedAt: null, roles: { some: { role } } };
  const ids = (await db().person.findMany({ where, select: { id: true } })).map(({ id }) => id);
  await unguarded().person.updateMany({ where: { id: { in: ids } }, data: { endedAt: now() } });
  try {
    await work();
  } finally {
    await unguarded().person.updateMany({ where: { id: { in: ids } }, data: { endedAt: null } });
  }
}

async function inState(state: State) {
  const { id, reference, revision, agencyId, agency, requestedCents } = await db().application.findFirstOrThrow({
    where: { state, heldAt: null, agency: { abbreviation: { in: ["NZ Police", "Customs", "Maritime NZ", "NZDF"] } } },
    include: { agency: true },
  });
  const domain = agency.emailDomains.find((name) => name.endsWith(".example"));
  return { id, reference, agencyId, agency, domain, requestedCents, request: { requestId: randomUUID(), revision } };
}

/** Refused, as if nothing had been sent: the state stays, and no mail is written. */
async function refusedAsNobody(reference: string, work: () => Promise<unknown>, sentence: unknown): Promise<void> {
  const before = await db().application.findUniqueOrThrow({ where: { reference } });
  const mails = await db().email.count();
  await expect(work()).rejects.toMatchObject({ code: "STATE", message: sentence });
  expect(await db().application.findUniqueOrThrow({ where: { reference } })).toEqual(before);
  expect(await db().email.count()).toBe(mails);
}

/** What somebody reads on a step's page before sending it. */
const before = async (actor: Actor, reference: string, step: StepKey, kind?: string) =>
  readBefore(actor, await getApplication(actor, reference), step, kind);

let toSign: Awaited<ReturnType<typeof inState>>;
beforeEach(async () => {
  toSign = await inState("SIGN_OFF");
});

const NO_CERTIFIER =
  "Your agency has no certifier who can take the next step. Ask the fund desk, psf@mfat.govt.nz, to add one.";

test("no sign-off is asked for where the certifiers have ended, or the only one is who asks", async () => {
  const { reference, domain, agencyId, request } = toSign;
  const contributor = asAgency(await who(`contributor@${domain}`));
  const certifier = asAgency(await who(`certifier@${domain}`));
  await applications.returnToContributor(certifier, request, reference, { reason: "One more look" });
  const fresh = async () => {
    const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
    return { requestId: randomUUID(), revision };
  };
  const obstacle = async () =>
    (await listObstacles(contributor, await getApplication(contributor, reference))).sendForSignOff;
  const send = async () => applications.sendForSignOff(contributor, await fresh(), reference);
  await withoutRole("CERTIFIER", agencyId, async () => {
    await refusedAsNobody(reference, send, NO_CERTIFIER);
    expect(await obstacle()).toBe(NO_CERTIFIER);
    await unguarded().personRole.create({
      data: { personId: contributor.personId, side: "AGENCY", role: "CERTIFIER" },
    });
    await refusedAsNobody(reference, send, NO_CERTIFIER);
    expect(await obstacle()).toBe(NO_CERTIFIER);
    await unguarded().personRole.deleteMany({ where: { personId: contributor.personId, role: "CERTIFIER" } });
  });
  expect(await obstacle()).toBeUndefined();
  await send();
  const mail = await db().email.findFirstOrThrow({ where: { to: certifier.email }, orderBy: { id: "desc" } });
  expect(mail.subject).toContain(`${reference}: sent for sign-off`);
});

test("nothing is recommended without a budget officer, nor confirmed without an approver for the amount", async () => {
  const desk = await mfat("desk");
  const moderated = await db().application.findFirstOrThrow({
    where: { state: "MODERATION" },
    include: { round: true },
  });
  const { reference, id, revision, requestedCents } = moderated;
  const criteria = await db().criterion.findMany({ where: { roundId: moderated.roundId } });
  for (const criterion of criteria) {
    const key = { applicationId: id, criterionId: criterion.id };
    const row = { score: 3, comment: "Agreed", agreedById: desk.personId, agreedAt: now() };
    await unguarded().agreedScore.upsert({
      where: { applicationId_criterionId: key },
      create: { ...key, ...row },
      update: row,
    });
  }
  const phasing = await db().phasing.findMany({ where: { applicationId: id, kind: "REQUESTED" } });
  const words = { conditions: null, rationale: "Sound", exceptionReason: null };
  const recommended = () =>
    recommend(desk, { requestId: randomUUID(), revision }, reference, {
      outcome: "FUND_IN_FULL",
      phasing: phasing.map(({ startYear, cents }) => ({ startYear, cents })),
      ...words,
    });
  const NO_OFFICER = expect.stringMatching(
    /^MFAT has no budget officer who is free to act on this application\. Ask an administrator \(admin.*@mfat\.example\) to give somebody the role\.$/,
  );
  await withoutRole("BUDGET", null, async () => {
    await refusedAsNobody(reference, recommended, NO_OFFICER);
    // A recommendation not to fund would be decided: the form warns, and does not refuse.
    expect(await before(desk, reference, "recommend")).toEqual({ obstacle: undefined, cautions: [NO_OFFICER] });
  });
  await unguarded().delegation.updateMany({ data: { limitCents: requestedCents - 1n } });
  const beyond = expect.stringContaining(`No approver who may decide ${formatCents(requestedCents)} is free`);
  expect(await before(desk, reference, "recommend")).toEqual({ obstacle: undefined, cautions: [beyond] });
  await unguarded().delegation.updateMany({ data: { limitCents: requestedCents } });
  expect(await before(desk, reference, "recommend")).toEqual({ obstacle: undefined, cautions: [] });
  await recommended();
  const budget = await mfat("budget");
  await declareNone(budget.personId, { id });
  const confirm = () => confirmBudget(budget, { requestId: randomUUID(), revision: revision + 1 }, reference);
  await unguarded().delegation.updateMany({ data: { limitCents: requestedCents - 1n } });
  await refusedAsNobody(reference, confirm, expect.stringMatching(/^No approver who may decide \$[\d,.]+ is free/));
  expect((await before(budget, reference, "confirmBudget")).obstacle).toEqual(beyond);
  expect((await listObstacles(budget, await getApplication(budget, reference))).confirmBudget).toEqual(beyond);
  await unguarded().delegation.updateMany({ data: { limitCents: requestedCents } });
  await confirm();
});

test("an offer is not sent to an agency without a certifier, and a variation not asked of nobody", async () => {
  const approved = await db().application.findFirstOrThrow({ where: { state: "APPROVED" }, include: { agency: true } });
  const { reference, revision, agency } = approved;
  const desk = await mfat("desk");
  const offer = { dueOn: addDays(dayOf(now()), 10), message: null, reason: null };
  await withoutRole("CERTIFIER", agency.id, () =>
    refusedAsNobody(
      reference,
      () => sendOffer(desk, { requestId: randomUUID(), revision }, reference, offer),
      `${agency.name} has no certifier who can take the next step. Ask the agency who it is now, and add them under “People”.`,
    ),
  );
  const active = await inState("ACTIVE");
  const contributor = asAgency(await who(`contributor@${active.domain}`));
  const held = await db().applicationFunding.findMany({
    where: { applicationId: active.id, committedCents: { gt: 0 } },
  });
  // A cent more, in the next year, with an end in it or later: this one may end while the test runs.
  const next = financialYearOf(dayOf(now())) + 1;
  const phasing = [
    ...held.filter(({ startYear }) => startYear !== next),
    { startYear: next, committedCents: 1n + (held.find(({ startYear }) => startYear === next)?.committedCents ?? 0n) },
  ].map(({ startYear, committedCents }) => ({ startYear, cents: committedCents }));
  const { endsOn: end } = await db().arrangement.findUniqueOrThrow({ where: { applicationId: active.id } });
  const endsOn = addDays(laterOf(end, new Date(Date.UTC(next, 6, 1))), 1);
  await withoutRole("BUDGET", null, () =>
    refusedAsNobody(
      active.reference,
      () =>
        askForVariation(contributor, active.request, active.reference, {
          kind: "COST",
          phasing,
          endsOn,
          reason: "One more port",
        }),
      "MFAT has no budget officer who can take the next step. Ask the fund desk, psf@mfat.govt.nz, to add one.",
    ),
  );
});

test("each kind of variation names the office that it would be sent to", async () => {
  const active = await inState("ACTIVE");
  const contributor = asAgency(await who(`contributor@${active.domain}`));
  await withoutRole("BUDGET", null, async () => {
    const nobody = expect.stringMatching(/^MFAT has no budget officer who can take the next step\. Ask the fund desk/);
    expect((await before(contributor, active.reference, "askForVariation", "COST")).obstacle).toEqual(nobody);
    expect(await before(contributor, active.reference, "askForVariation", "TIME")).toEqual({ cautions: [] });
    expect(await before(contributor, active.reference, "askForVariation")).toEqual({ cautions: [nobody] });
  });
  expect(await before(contributor, active.reference, "askForVariation", "COST")).toEqual({ cautions: [] });
});

test("a claim’s work is not confirmed where nobody else could approve the money, which its page says first", async () => {
  const claim = await db().claim.findFirstOrThrow({
    where: { state: "CLAIMED", workConfirmedAt: null, application: { heldAt: null, state: "ACTIVE" } },
    include: { application: true },
  });
  const { reference, id } = claim.application;
  const desk = await mfat("desk");
  await declareNone(desk.personId, { id });
  expect(await before(desk, reference, "confirmWork")).toEqual({ cautions: [] });
  await withoutRole("BUDGET", null, async () => {
    await unguarded().personRole.create({ data: { personId: desk.personId, side: "MFAT", role: "BUDGET" } });
    const both = asMfat(await who("desk@mfat.example"));
    expect((await before(both, reference, "confirmWork")).obstacle).toMatch(/^MFAT has no budget officer who is free/);
    await unguarded().personRole.deleteMany({ where: { personId: desk.personId, role: "BUDGET" } });
  });
});

test("the desk is told before it accepts what too few could assess, or hands back what none of it may recommend", async () => {
  const submitted = await db().application.findFirstOrThrow({ where: { state: "SUBMITTED", heldAt: null } });
  const desk = await mfat("desk");
  await declareNone(desk.personId, submitted);
  expect(await before(desk, submitted.reference, "acceptForAssessment")).toEqual({ cautions: [] });
  await withoutRole("ASSESSOR", null, async () => {
    expect(await before(desk, submitted.reference, "acceptForAssessment")).toEqual({
      cautions: [expect.stringMatching(/^MFAT has no assessor who is free/)],
    });
  });
  const checked = await db().application.findFirstOrThrow({ where: { state: "BUDGET_CHECK", heldAt: null } });
  const budget = await mfat("budget");
  await declareNone(budget.personId, checked);
  await withoutRole("DESK", null, async () => {
    expect(await before(budget, checked.reference, "returnRecommendation")).toEqual({
      cautions: [expect.stringMatching(/^MFAT has no desk officer who is free/)],
    });
  });
});

test("the certifier reads that the round has closed before filling in the declaration, and what can be done", async () => {
  const { id, reference, domain } = toSign;
  const certifier = asAgency(await who(`certifier@${domain}`));
  expect(await before(certifier, reference, "signOffAndSubmit")).toEqual({ cautions: [] });
  const { roundId } = await db().application.findUniqueOrThrow({ where: { id } });
  const { closesAt } = await db().round.findUniqueOrThrow({ where: { id: roundId } });
  await unguarded().round.update({ where: { id: roundId }, data: { closesAt: addDays(now(), -1) } });
  try {
    const told = /^The round closed on .*, so this can no longer be submitted\. Ask the fund desk .* copy the answers/;
    expect((await before(certifier, reference, "signOffAndSubmit")).obstacle).toMatch(told);
    const offered = await listObstacles(certifier, await getApplication(certifier, reference));
    expect(offered).not.toHaveProperty("returnToContributor");
    await unguarded().application.update({
      where: { id },
      data: { signOffFrom: "CHANGES_REQUESTED", changesDueAt: addDays(now(), 1) },
    });
    expect(await before(certifier, reference, "signOffAndSubmit")).toEqual({ cautions: [] });
    await unguarded().application.update({ where: { id }, data: { signOffFrom: "DRAFT", changesDueAt: null } });
  } finally {
    await unguarded().round.update({ where: { id: roundId }, data: { closesAt } });
  }
});

test("where nobody else could confirm a change of the budget, its form says so, and the command refuses in the same words", async () => {
  const [budget, desk] = [await mfat("budget"), await mfat("desk")];
  const kinds = ["ENVELOPE", "CORRECTION", "CARRY_FORWARD", "CLOSING", "THRESHOLD"] as const;
  const refusals = async () =>
    (await Promise.all(kinds.map((kind) => readConfirmers(budget, { kind })))).map(({ refusal }) => refusal);
  expect(await refusals()).toEqual(kinds.map(() => null));
  const others = {
    side: "MFAT" as const,
    id: { not: budget.personId },
    roles: { some: { role: { in: ["BUDGET" as const, "APPROVER" as const] } } },
  };
  await unguarded().person.updateMany({ where: others, data: { endedAt: now() } });
  const told = (await refusals())[0];
  expect(told).toMatch(
    /^Nobody else can confirm this\. Ask an administrator \(admin.*@mfat\.example\) to add another budget officer or approver first\.$/,
  );
  expect(await refusals()).toEqual(kinds.map(() => told));
  const ask = () => askForThreshold(budget, { requestId: randomUUID() }, { cents: 77_00n, reason: "Small changes" });
  await expect(ask()).rejects.toMatchObject({ code: "STATE", message: told });
  await unguarded().person.update({ where: { id: desk.personId }, data: { roles: { create: { role: "APPROVER" } } } });
  expect(await refusals()).toEqual(kinds.map(() => null));
  await ask();
});
