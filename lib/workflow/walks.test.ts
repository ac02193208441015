// Random walks of many people over many applications, and two people at once at every step of the table: whatever is
// tried, the rules of the fund hold.

import { randomBytes, randomUUID } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { afterEach, beforeAll, expect, test } from "vitest";
import * as applications from "#lib/applications/commands.ts";
import { checkInput } from "#lib/applications/schema.ts";
import * as arrangements from "#lib/arrangements/commands.ts";
import * as settlement from "#lib/arrangements/settlement/commands.ts";
import { readSettlement } from "#lib/arrangements/settlement/queries.ts";
import * as assessments from "#lib/assessments/commands.ts";
import { commentInput, scoreInput } from "#lib/assessments/schema.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import type { PhasedAmount } from "#lib/budget/rules.ts";
import * as decisions from "#lib/decisions/commands.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import { type Actor, AGENCY_ROLES, type AgencyActor, asAgency, asMfat, type Role } from "#lib/lifecycle/permissions.ts";
import { ALL_STATES, STATES } from "#lib/lifecycle/states.ts";
import { listAskedSteps } from "#lib/lifecycle/waits/queries.ts";
import * as payments from "#lib/payments/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, atTime, dayOf, earlierOf, financialYearOf, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import * as reports from "#lib/reports/commands.ts";
import { changeSchedule } from "#lib/reports/schedule/commands.ts";
import { dueInput, removeInput } from "#lib/reports/schema.ts";
import { changeEnvelope, declareNone, useTestDatabase } from "#lib/test-database.ts";
import { Balance, tryAll } from "#lib/test-random.ts";
import * as variations from "#lib/variations/commands.ts";
import type { Terms } from "#lib/variations/rules.ts";
import { writeSections } from "../../prisma/demo/demo.ts";
import { acquittalValues, nextReportValues, submittedNumber } from "../../prisma/demo/reports.ts";
import { STORIES } from "../../prisma/demo/stories.ts";
import { dutySteps, isStep, STEP_KEYS, type StepKey, stepRow } from "./steps.ts";

const database = useTestDatabase("template_demo");
afterEach(() => {
  shiftClock(0);
});

const DAY = 86_400_000;
const WALKS = 10;
const STEPS = 200;
/** Applications of a walk, and how many of them are led to their closing; the others go anywhere. */
const COUNT = 4;
const LED = 2;

// ---------------------------------------------------------------- people

const people: Record<string, Actor> = {};
/** Two of every role, of two agencies; jack may do all of MFAT's work, so that only duties keep him apart from himself. */
const CAST: Record<string, Role[]> = {
  "contributor@police.example": [],
  "certifier@police.example": [],
  "contributor@customs.example": [],
  "certifier@customs.example": [],
  "contributor2@police.example": ["CONTRIBUTOR"],
  "certifier2@police.example": ["CERTIFIER"],
  "both@police.example": ["CONTRIBUTOR", "CERTIFIER"],
  "desk@mfat.example": [],
  "desk2@mfat.example": ["DESK"],
  "assessor1@mfat.example": [],
  "assessor2@mfat.example": [],
  "budget@mfat.example": [],
  "budget2@mfat.example": ["BUDGET"],
  "approver1@mfat.example": [],
  "approver2@mfat.example": [],
  "approver3@mfat.example": ["APPROVER"],
  "auditor@mfat.example": [],
  "admin@mfat.example": [],
  "jack@mfat.example": ["DESK", "ASSESSOR", "BUDGET", "APPROVER"],
};
const names = Object.keys(CAST);
let roundId = "";

beforeAll(async () => {
  const police = await db().agency.findFirstOrThrow({ where: { abbreviation: "NZ Police" } });
  for (const [email, roles] of Object.entries(CAST)) {
    const of = email.includes("police") ? { side: "AGENCY" as const, agencyId: police.id } : { side: "MFAT" as const };
    if (roles.length) {
      const create = roles.map((role) => ({ role }));
      await db().person.create({ data: { email, name: email, ...of, roles: { create } } });
    }
    const actor = await findActor(email);
    if (!actor) throw new Error(email);
    if (roles.includes("APPROVER")) await db().delegation.create({ data: { personId: actor.personId } });
    people[email] = (await findActor(email)) as Actor;
  }
  // Enough for every way to be walked to its end; what is above it is tried too.
  for (const { startYear } of await db().financialYear.findMany()) {
    await changeEnvelope(startYear, 200_000_000n);
  }
  roundId = (await db().round.findFirstOrThrow({ where: { closesAt: null } })).id;
});

const who = (name: string): Actor => {
  const actor = people[name];
  if (!actor) throw new Error(name);
  return actor;
};

/** A draft with every answer; its agency is that of the contributor. */
async function draftOf(contributor: string): Promise<string> {
  const story = STORIES.find(({ end }) => end === "ACTIVE");
  const actor = asAgency(who(contributor));
  const reference = await applications.createApplication(actor, { requestId: randomUUID() }, roundId);
  if (story) await writeSections(actor, reference, story);
  return reference;
}

// ---------------------------------------------------------------- steps

/** Chances of a step: a whole number from 0 up to, and not, `below`. With 0 all goes well. */
type Dice = (below: number) => number;
type Take = (actor: Actor, request: StepRequest, reference: string, dice: Dice) => Promise<unknown>;

const read = (reference: string) =>
  db().application.findUniqueOrThrow({ where: { reference }, include: { phasing: true } });
const inDays = (days: number): Date => addDays(dayOf(now()), days);
/** So many days ahead, or the last day of this financial year. */
const offerDay = (days: number): Date => earlierOf(inDays(days), yearEndsOn(financialYearOf(dayOf(now()))));
const because = { reason: "As agreed." };
const dayInputs = (name: string, day: Date): Record<string, string> => ({
  [`${name}-day`]: String(day.getUTCDate()),
  [`${name}-month`]: String(day.getUTCMonth() + 1),
  [`${name}-year`]: String(day.getUTCFullYear()),
});
const portion = (phasing: PhasedAmount, percent: bigint): PhasedAmount =>
  phasing.map(({ startYear, cents }) => ({ startYear, cents: (cents * percent) / 100n }));
const all = (actor: Actor) => asMfat(actor);

async function scores(reference: string): Promise<Record<string, string>> {
  const { roundId: id, criteriaVersion } = await read(reference);
  const criteria = await db().criterion.findMany({ where: { roundId: id, version: criteriaVersion ?? 1 } });
  return Object.fromEntries(
    criteria.flatMap(({ id: criterion }, index) => [
      [scoreInput(criterion), String(index % 5)],
      [commentInput(criterion), "Shown."],
    ]),
  );
}

/** The work of a financial year up to today. */
async function workOf(reference: string, startYear: number) {
  const arrangement = await db().arrangement.findFirst({ where: { application: { reference } } });
  const accepted = dayOf(arrangement?.acceptedAt ?? now());
  const begins = yearBeginsOn(startYear);
  return { workFrom: begins > accepted ? begins : accepted, workTo: earlierOf(dayOf(now()), yearEndsOn(startYear)) };
}

/** Each step as somebody might fill in its form, mostly well. */
const TAKE: Record<Exclude<StepKey, "lapse">, Take> = {
  sendForSignOff: (actor, request, ref) => applications.sendForSignOff(asAgency(actor), request, ref),
  discard: (actor, request, ref) => applications.discard(asAgency(actor), request, ref),
  signOffAndSubmit: (actor, request, ref) =>
    applications.signOffAndSubmit(asAgency(actor), request, ref, {
      isAccurate: true,
      isAuthorised: true,
      isPeopleTold: true,
      position: "Manager",
    }),
  returnToContributor: (actor, request, ref) =>
    applications.returnToContributor(asAgency(actor), request, ref, because),
  acceptForAssessment: (actor, request, ref, dice) =>
    applications.acceptForAssessment(
      all(actor),
      request,
      ref,
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [checkInput(index), dice(20) < 19 ? "YES" : "NO"])),
    ),
  askForChanges: (actor, request, ref) =>
    applications.askForChanges(all(actor), request, ref, { sections: ["need"], dueOn: inDays(5), ...because }),
  moveDueDate: (actor, request, ref, dice) =>
    applications.moveDueDate(all(actor), request, ref, { dueOn: inDays(6 + dice(9)), ...because }),
  declineAsIneligible: (actor, request, ref) => applications.declineAsIneligible(all(actor), request, ref, because),
  assignAssessors: (actor, request, ref) =>
    assessments.assignAssessors(all(actor), request, ref, {
      assessors: ["assessor1@mfat.example", "assessor2@mfat.example"].map((email) => who(email).personId),
      dueOn: inDays(10),
    }),
  unassignAssessor: (actor, request, ref) =>
    assessments.unassignAssessor(all(actor), request, ref, {
      assessor: who("assessor2@mfat.example").personId,
      ...because,
    }),
  completeAssessment: async (actor, request, ref) =>
    assessments.completeAssessment(all(actor), request, ref, await scores(ref)),
  startModeration: (actor, request, ref) => assessments.startModeration(all(actor), request, ref),
  recommend: async (actor, request, ref, dice) => {
    const { phasing, state } = await read(ref);
    if (state === "MODERATION" && dice(10) < 9) await assessments.saveModeration(all(actor), ref, await scores(ref));
    const requested = phasing.filter(({ kind }) => kind === "REQUESTED");
    const [outcome, percent] = (
      [
        ["FUND_IN_FULL", 100n],
        ["FUND_IN_PART", 60n],
        ["FUND_IN_PART", 7n],
        ["DO_NOT_FUND", 0n],
        ["FUND_IN_FULL", 140n],
        ["FUND_IN_FULL", 4_000n],
      ] as const
    )[dice(6)] ?? ["FUND_IN_FULL", 100n];
    await decisions.recommend(all(actor), request, ref, {
      outcome,
      phasing: portion(requested, percent).filter(({ cents }) => cents > 0n),
      conditions: null,
      rationale: "Shown.",
      exceptionReason: dice(2) ? "The partner pays less." : null,
    });
  },
  confirmBudget: (actor, request, ref) => decisions.confirmBudget(all(actor), request, ref),
  returnRecommendation: (actor, request, ref) => decisions.returnRecommendation(all(actor), request, ref, because),
  approve: async (actor, request, ref, dice) => {
    const { phasing } = await read(ref);
    const recommended = phasing.filter(({ kind }) => kind === "RECOMMENDED");
    await decisions.approve(all(actor), request, ref, {
      phasing: portion(recommended, [100n, 100n, 50n, 110n][dice(4)] ?? 100n),
      conditions: null,
      reason: dice(2) ? "It can begin smaller." : null,
    });
  },
  decline: (actor, request, ref) =>
    decisions.decline(all(actor), request, ref, { ...because, agencyText: "Others are stronger." }),
  sendOffer: (actor, request, ref, dice) =>
    arrangements.sendOffer(all(actor), request, ref, { dueOn: offerDay(1 + dice(20)), message: null }),
  acceptOffer: (actor, request, ref) => arrangements.acceptOffer(asAgency(actor), request, ref),
  declineOffer: (actor, request, ref) => arrangements.declineOffer(asAgency(actor), request, ref, because),
  submitClaim: async (actor, request, ref, dice) => {
    const thisYear = financialYearOf(dayOf(now()));
    const funding = await db().applicationFunding.findMany({
      where: { application: { reference: ref }, startYear: { lte: thisYear } },
      orderBy: { startYear: "desc" },
    });
    const { startYear = thisYear, committedCents = 0n, paidCents = 0n } = funding[dice(funding.length || 1)] ?? {};
    const left = committedCents - paidCents;
    await payments.submitClaim(asAgency(actor), request, ref, {
      ...(await workOf(ref, startYear)),
      basis: "WORK",
      advanceReason: null,
      accountsFor: null,
      accounted: null,
      amount: [left / 2n, left, left + 1n, left / 3n][dice(4)] || 1n,
      gst: 0n,
      invoiceNumber: dice(9) < 8 ? request.requestId : "INV-1",
      invoicedOn: dayOf(now()),
      milestone: "As planned",
      invoice: await invoiceOf(asAgency(actor), ref),
    });
  },
  cancelClaim: async (actor, request, ref, dice) =>
    payments.cancelClaim(asAgency(actor), request, ref, { claim: await claimOf(ref, dice), ...because }),
  approveClaim: async (actor, request, ref, dice) =>
    payments.approveClaim(all(actor), request, ref, { claim: await claimOf(ref, dice) }),
  returnClaim: async (actor, request, ref, dice) =>
    payments.returnClaim(all(actor), request, ref, { claim: await claimOf(ref, dice), ...because }),
  recordPayment: async (actor, request, ref, dice) =>
    payments.recordPayment(all(actor), request, ref, {
      claim: await claimOf(ref, dice),
      paidOn: dayOf(now()),
      reference: request.requestId,
    }),
  recoverPayment: async (actor, request, ref, dice) =>
    payments.recoverPayment(all(actor), request, ref, {
      claim: await claimOf(ref, dice),
      receivedOn: dayOf(now()),
      reference: request.requestId,
      ...because,
    }),
  askForVariation: async (actor, request, ref, dice) =>
    variations.askForVariation(asAgency(actor), request, ref, { ...(await someTerms(ref, dice)), ...because }),
  cancelVariation: (actor, request, ref) => variations.cancelVariation(asAgency(actor), request, ref),
  confirmVariation: (actor, request, ref) => variations.confirmVariation(all(actor), request, ref),
  approveVariation: (actor, request, ref) => variations.approveVariation(all(actor), request, ref),
  declineVariation: (actor, request, ref) => variations.declineVariation(all(actor), request, ref, because),
  changeSchedule: async (actor, request, ref, dice) => {
    const desk = all(actor);
    const due = await db().report.findMany({
      where: { arrangement: { application: { reference: ref } }, state: { in: ["DUE", "RETURNED"] } },
      orderBy: { dueOn: "asc" },
    });
    const progress = due.filter(({ kind, state }) => kind === "PROGRESS" && state === "DUE");
    const remove = progress.length > 1 && dice(2) === 0 ? { [removeInput(progress.at(-1)?.number ?? 0)]: "yes" } : {};
    const shown = Object.assign({}, ...due.map(({ number, dueOn }) => dayInputs(dueInput(number), dueOn)));
    const added = dice(3) ? dayInputs("added", inDays(20 + dice(300))) : {};
    await changeSchedule(desk, request, ref, { ...shown, ...remove, ...added, ...because });
  },
  submitReport: async (actor, request, ref) => {
    const contributor = asAgency(actor);
    await reports.submitReport(contributor, request, ref, await nextReportValues(ref));
  },
  acceptReport: async (actor, request, ref) => {
    const desk = all(actor);
    await reports.acceptReport(desk, request, ref, { report: await submittedNumber(ref) });
  },
  returnReport: async (actor, request, ref) => {
    const desk = all(actor);
    const report = await submittedNumber(ref);
    await reports.returnReport(desk, request, ref, { report, dueOn: inDays(10), ...because });
  },
  acceptLastReport: (actor, request, ref) => settlement.acceptLastReport(all(actor), request, ref, because),
  terminate: (actor, request, ref) => settlement.terminate(all(actor), request, ref, because),
  submitAcquittal: async (actor, request, ref, dice) => {
    const funding = await db().applicationFunding.findMany({ where: { application: { reference: ref } } });
    const paid = funding.reduce((sum, { paidCents }) => sum + paidCents, 0n);
    const actual = [paid / 2n, paid, paid, paid, paid + 1n][dice(5)] ?? paid;
    await settlement.submitAcquittal(asAgency(actor), request, ref, await acquittalValues(ref, actual));
  },
  returnAcquittal: (actor, request, ref) => settlement.returnAcquittal(all(actor), request, ref, because),
  recordRecovery: async (actor, request, ref, dice) => {
    const { id } = await read(ref);
    const { paidCents, acquittal } = await readSettlement(db(), id);
    const due = paidCents - (acquittal?.actualCents ?? 0n);
    const paid = await db().applicationFunding.findMany({
      where: { applicationId: id },
      orderBy: { paidCents: "desc" },
    });
    await settlement.recordRecovery(all(actor), request, ref, {
      amount: [due, due / 2n, due + 1n][dice(3)] || 1n,
      year: String(paid[0]?.startYear ?? financialYearOf(dayOf(now()))),
      receivedOn: dayOf(now()),
      reference: request.requestId,
    });
  },
  confirmSurplus: (actor, request, ref) => settlement.confirmSurplus(all(actor), request, ref),
  close: (actor, request, ref) => settlement.close(all(actor), request, ref),
  withdraw: (actor, request, ref) => arrangements.withdraw(asAgency(actor), request, ref, because),
  putOnHold: (actor, request, ref) => arrangements.putOnHold(all(actor), request, ref, because),
  resume: (actor, request, ref) => arrangements.resume(all(actor), request, ref),
};

/** What somebody might want changed: with 0, ten dollars more in the first year. */
async function someTerms(reference: string, dice: Dice): Promise<Terms> {
  const kind = (["COST", "REPHASING", "TIME", "SCOPE"] as const)[dice(4)] ?? "COST";
  if (kind === "TIME") return { kind, endsOn: inDays(200 + dice(900)) };
  if (kind === "SCOPE") return { kind, scope: `${dice(9)} courses` };
  const where = { application: { reference }, startYear: { gte: financialYearOf(dayOf(now())) } };
  const held = await db().applicationFunding.findMany({ where, orderBy: { startYear: "asc" } });
  const phasing = held.map(({ startYear, committedCents }) => ({ startYear, cents: committedCents }));
  const [first, last] = [phasing[0], phasing.at(-1)];
  const by = [1_000n, 7n, -1_000n, 1_000_000n][dice(4)] ?? 1_000n;
  if (first) first.cents += by;
  if (last && kind === "REPHASING") last.cents -= by;
  return { kind, phasing: phasing.filter(({ cents }) => cents > 0n) };
}

/** A file for a claim. Another agency's application has none to add it to. */
async function invoiceOf({ agencyId, personId }: AgencyActor, reference: string): Promise<string> {
  const application = await db().application.findFirst({ where: { reference, agencyId } });
  if (!application) return randomUUID();
  const at = now();
  const document = await db().document.create({
    data: {
      agencyId,
      fileName: "invoice.txt",
      mediaType: "text/plain",
      sizeBytes: 1,
      sha256: "0".repeat(64),
      storageKey: randomBytes(24).toString("hex"),
      scanState: "NOT_SCANNED",
      uploadedById: personId,
      uploadedAt: at,
    },
  });
  const use = { applicationId: application.id, agencyId, documentId: document.id, section: "claims" };
  const added = { description: "Invoice", addedById: personId, addedAt: at };
  return (await db().applicationDocument.create({ data: { ...use, ...added } })).id;
}

/** The newest claim, or now and then an older one. */
async function claimOf(reference: string, dice: Dice): Promise<string> {
  const claims = await db().claim.findMany({ where: { ofAgency: { reference } }, orderBy: { number: "desc" } });
  return String(claims[dice(3)]?.number ?? 1);
}

async function declare(actor: Actor, reference: string, dice: Dice): Promise<void> {
  const declaration =
    dice(25) < 24 ? { interest: "none", description: null } : { interest: "some", description: "Kin." };
  await assessments.declareInterests(asMfat(actor), { requestId: randomUUID() }, reference, declaration);
}

/** What a refusal says; "done" where there was none. A refusal that nobody meant fails the test. */
async function tried(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "done";
  } catch (error) {
    if (error instanceof DomainError) return `${error.code} ${error.message} ${JSON.stringify(error.fields)}`;
    throw error;
  }
}

// ---------------------------------------------------------------- what always holds

async function checkFund(): Promise<void> {
  expect(await listLedgerDifferences()).toEqual([]);
  const broken = await db().$queryRaw<{ rule: string; what: string }[]>`
    WITH funding AS (
      SELECT a.id, a.reference, a.state, a."heldAt", f."startYear", coalesce(f."reservedCents", 0) AS reserved,
             coalesce(f."committedCents", 0) AS committed, coalesce(f."paidCents", 0) AS paid,
             (SELECT coalesce(sum(cents), 0) FROM "Recovery" r WHERE r."applicationId" = a.id AND r."startYear" = f."startYear") AS recovered,
             (SELECT cents FROM "Phasing" p WHERE p."applicationId" = a.id AND p."startYear" = f."startYear" AND p.kind = 'RECOMMENDED') AS recommended,
             (SELECT cents FROM "Phasing" p WHERE p."applicationId" = a.id AND p."startYear" = f."startYear" AND p.kind = 'APPROVED') AS approved,
             -- Of the last variation of money that was approved, or else of the decision.
             (SELECT cents FROM (
               SELECT 0 AS number, p."startYear" AS year, p.cents FROM "Phasing" p WHERE p."applicationId" = a.id AND p.kind = 'APPROVED'
               UNION ALL
               SELECT v.number, (part ->> 'startYear')::int, (part ->> 'cents')::bigint
                 FROM "Variation" v CROSS JOIN jsonb_array_elements(v.proposed -> 'phasing') part
                WHERE v."applicationId" = a.id AND v.state = 'APPROVED'
             ) agreed WHERE agreed.year = f."startYear" AND agreed.number = (SELECT coalesce(max(v.number), 0) FROM "Variation" v
               WHERE v."applicationId" = a.id AND v.state = 'APPROVED' AND v.kind IN ('REPHASING', 'COST'))) AS agreed,
             (SELECT greatest((part ->> 'cents')::bigint - f."committedCents", 0)
                FROM "Variation" v CROSS JOIN jsonb_array_elements(v.proposed -> 'phasing') part
               WHERE v."applicationId" = a.id AND v.state = 'BUDGET_CONFIRMED' AND (part ->> 'startYear')::int = f."startYear") AS varying
        FROM "Application" a JOIN "ApplicationFunding" f ON f."applicationId" = a.id
    )
    SELECT 'within the envelope' AS rule, "startYear"::text AS what FROM "FinancialYear"
      WHERE "reservedCents" + "committedCents" > "envelopeCents" OR "paidCents" > "committedCents"
    UNION ALL
    SELECT 'what is held is what the state says', reference || ' ' || state || ' ' || "startYear" FROM funding WHERE CASE
      WHEN state IN ('BUDGET_CHECK', 'DECISION') THEN reserved <> coalesce(recommended, 0) OR committed <> 0
      WHEN state IN ('APPROVED', 'OFFERED') THEN reserved <> coalesce(approved, 0) OR committed <> 0
      WHEN state = 'ACTIVE' THEN reserved <> coalesce(varying, 0) OR committed <> coalesce(agreed, 0)
      WHEN state = 'CLOSING' THEN reserved <> 0 OR committed > coalesce(agreed, 0)
      WHEN state = 'TERMINATED' THEN reserved <> 0 OR committed NOT IN (paid, paid + recovered)
      WHEN state = 'CLOSED' THEN reserved <> 0 OR committed <> paid
      ELSE reserved <> 0 OR committed <> 0 END
    UNION ALL
    SELECT 'paid is the sum of payments less recoveries', reference || ' ' || "startYear" FROM funding f
      WHERE paid + recovered <> (SELECT coalesce(sum(cents), 0) FROM "Payment" p WHERE p."applicationId" = f.id AND p."startYear" = f."startYear")
    UNION ALL
    SELECT 'an arrangement ends with one final report, and nothing of it is open then', a.reference FROM "Application" a
      JOIN "Arrangement" r ON r."applicationId" = a.id WHERE CASE
        WHEN a.state = 'ACTIVE' THEN 1 <> (SELECT count(*) FROM "Report" p
          WHERE p."applicationId" = a.id AND p.kind = 'FINAL' AND p.state NOT IN ('ACCEPTED', 'CANCELLED'))
        ELSE EXISTS (SELECT FROM "Report" p WHERE p."applicationId" = a.id AND p.state IN ('DUE', 'RETURNED')) END
    UNION ALL
    SELECT 'an acquittal is the sum of its lines', a.reference FROM "Application" a
      JOIN "Acquittal" q ON q."applicationId" = a.id WHERE q."actualCents" <>
        (SELECT coalesce(sum(l."actualCents"), 0) FROM "AcquittalLine" l WHERE l."applicationId" = a.id AND l.number = q.number)
    UNION ALL
    SELECT 'claims within what is committed and not paid', reference || ' ' || "startYear" FROM funding f
      WHERE committed - paid < (SELECT coalesce(sum(cents), 0) FROM "Claim" c
        WHERE c."applicationId" = f.id AND c."startYear" = f."startYear" AND c.state IN ('CLAIMED', 'APPROVED'))
    UNION ALL
    SELECT 'a claim is paid by one payment and recovered by one recovery', a.reference || '/' || c.number
      FROM "Claim" c JOIN "Application" a ON a.id = c."applicationId"
      LEFT JOIN "Payment" p ON p."claimId" = c.id LEFT JOIN "Recovery" r ON r."claimId" = c.id
      WHERE (c.state IN ('PAID', 'RECOVERED')) <> (p.id IS NOT NULL) OR (c.state = 'RECOVERED') <> (r.id IS NOT NULL)
    UNION ALL
    SELECT 'recommended within requested, or with a reason', a.reference FROM "Recommendation" r
      JOIN "Application" a ON a.id = r."applicationId" WHERE r."returnedAt" IS NULL
      AND r."amountCents" > a."requestedCents" AND coalesce(r."exceptionReason", '') = ''
    UNION ALL
    SELECT 'approved as recommended, or with a reason', a.reference FROM "Decision" d
      JOIN "Recommendation" r ON r.id = d."recommendationId" JOIN "Application" a ON a.id = d."applicationId"
      WHERE d.outcome = 'APPROVED' AND d."amountCents" <> r."amountCents" AND coalesce(d.reason, '') = ''
    UNION ALL
    SELECT 'decided within the delegation', a.reference FROM "Decision" d JOIN "Application" a ON a.id = d."applicationId"
      WHERE d.outcome = 'APPROVED' AND d."amountCents" > d."delegationCents"
    UNION ALL
    SELECT 'a variation of cost is checked by one and decided by another, within the delegation', a.reference
      FROM "Variation" v JOIN "Application" a ON a.id = v."applicationId" WHERE v.kind = 'COST' AND v.state = 'APPROVED'
      AND (v."confirmedById" IS NULL OR v."confirmedById" = v."decidedById" OR v."delegationCents" < (
        SELECT sum((part ->> 'cents')::bigint) FROM jsonb_array_elements(v.proposed -> 'phasing') part))
    UNION ALL
    SELECT 'three people, none of whom assessed', a.reference FROM "Recommendation" r
      JOIN "Application" a ON a.id = r."applicationId"
      LEFT JOIN "BudgetCheck" b ON b."recommendationId" = r.id LEFT JOIN "Decision" d ON d."recommendationId" = r.id
      WHERE r."recommendedById" IN (b."checkedById", d."decidedById") OR b."checkedById" = d."decidedById"
      OR EXISTS (SELECT 1 FROM "Assessment" s WHERE s."applicationId" = a.id AND s.status = 'COMPLETE'
        AND s."assessorId" IN (r."recommendedById", b."checkedById", d."decidedById"))
    UNION ALL
    SELECT 'who asked for the sign-off did not certify', a.reference FROM "ApplicationVersion" v
      JOIN "Application" a ON a.id = v."applicationId"
      JOIN "Duty" d ON d."applicationId" = a.id AND d."personId" = v."certifiedById" WHERE d.kind <> 'CERTIFY'
    UNION ALL
    SELECT 'nobody acts undeclared or recused', a.reference || ' ' || e.action FROM "AuditEvent" e
      JOIN "Application" a ON a.id = e."applicationId" JOIN "Person" p ON p.id = e."actorId" AND p.side = 'MFAT'
      LEFT JOIN "InterestDeclaration" i ON i."applicationId" = a.id AND i."personId" = p.id
      WHERE e.action IS NOT NULL AND (i."personId" IS NULL OR i."isRecused" OR i."declaredAt" > e.at)
    UNION ALL
    SELECT 'MFAT reads what was signed off', reference FROM "Application"
      WHERE "versionNumber" = 0 AND state NOT IN ('DRAFT', 'SIGN_OFF', 'DISCARDED')
    UNION ALL
    SELECT 'every step is told to the desk', a.reference || ' ' || e.action FROM "AuditEvent" e
      JOIN "Application" a ON a.id = e."applicationId" WHERE e.action IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM "Email" m WHERE m."applicationId" = a.id AND m."to" = 'psf@mfat.govt.nz')`;
  expect(broken.map(({ rule, what }) => `${rule}: ${what}`)).toEqual([]);
}

/** The history of an application is a way through the table, and ends in the state that it is in. */
async function checkWay(reference: string): Promise<void> {
  const { id, state } = await read(reference);
  const events = await db().auditEvent.findMany({
    where: { applicationId: id, action: { not: null } },
    orderBy: { id: "asc" },
  });
  let at: State = "DRAFT";
  for (const { action, fromState, toState } of events) {
    if (!action || !isStep(action) || !toState) throw new Error(`${reference}: ${action} to ${toState}`);
    expect([reference, action, fromState, stepRow(action).from[at] !== undefined]).toEqual([
      reference,
      action,
      at,
      true,
    ]);
    expect(endsOf(action, at), `${reference} ${action}`).toContain(toState);
    at = toState;
  }
  expect([reference, state]).toEqual([reference, at]);
}

function endsOf(action: StepKey, from: State): State[] {
  const { to } = stepRow(action);
  if (to === "stays") return [from];
  if (to === "back") return ["DRAFT", "CHANGES_REQUESTED"];
  return action === "recommend" ? [to, "DECISION"] : [to];
}

test("control: what breaks a rule is found", async () => {
  await checkFund();
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const { reference } = await db().application.findFirstOrThrow({ where: { state: "OFFERED" } });
  const put = (state: State) =>
    owner.query(`UPDATE "Application" SET state = $1::"State" WHERE reference = $2`, [state, reference]);
  try {
    await put("ACTIVE");
    await expect(checkFund()).rejects.toThrow(/deeply equal/);
    await expect(checkWay(reference)).rejects.toThrow();
  } finally {
    await put("OFFERED");
    await owner.end();
  }
  await checkFund();
  await checkWay(reference);
});

// ---------------------------------------------------------------- two at once

type Press = [StepKey, first: string, second: string];
const of = (domain: string, role: string): [string, string] => [
  `${role}@${domain}.example`,
  `${role}2@${domain}.example`,
];
const DESK = of("mfat", "desk");
const BUDGET = of("mfat", "budget");
const APPROVERS: [string, string] = ["approver2@mfat.example", "approver3@mfat.example"];
const CONTRIBUTORS = of("police", "contributor");
const CERTIFIERS = of("police", "certifier");
/** One person in two windows: an assessment is one assessor's. */
const alone = (email: string): [string, string] => [email, email];

const SUBMIT: Press[] = [
  ["sendForSignOff", ...CONTRIBUTORS],
  ["signOffAndSubmit", ...CERTIFIERS],
];
const ASSESS: Press[] = [
  ["acceptForAssessment", ...DESK],
  ["assignAssessors", ...DESK],
  ["completeAssessment", ...alone("assessor1@mfat.example")],
  ["completeAssessment", ...alone("assessor2@mfat.example")],
  ["startModeration", ...DESK],
];
const CHECK: Press[] = [
  ["recommend", ...DESK],
  ["confirmBudget", ...BUDGET],
];
const PAY: Press[] = [
  ["submitClaim", ...CONTRIBUTORS],
  ["approveClaim", ...BUDGET],
  ["recordPayment", ...BUDGET],
];
const OFFER: Press[] = [...SUBMIT, ...ASSESS, ...CHECK, ["approve", ...APPROVERS], ["sendOffer", ...DESK]];

/** Ways that take every step of the table. */
const WAYS: Record<string, Press[]> = {
  "to its closing": [
    ["sendForSignOff", ...CONTRIBUTORS],
    ["returnToContributor", ...CERTIFIERS],
    ...SUBMIT,
    ["askForChanges", ...DESK],
    ["moveDueDate", ...DESK],
    ...SUBMIT,
    ["putOnHold", ...DESK],
    ["resume", ...DESK],
    ...ASSESS.slice(0, 2),
    ["unassignAssessor", ...DESK],
    ...ASSESS.slice(1),
    ["recommend", ...DESK],
    ["returnRecommendation", ...BUDGET],
    ...CHECK,
    ["returnRecommendation", ...APPROVERS],
    ...CHECK,
    ["approve", ...APPROVERS],
    ["sendOffer", ...DESK],
    ["acceptOffer", ...CERTIFIERS],
    ["submitClaim", ...CONTRIBUTORS],
    ["cancelClaim", ...CONTRIBUTORS],
    ["submitClaim", ...CONTRIBUTORS],
    ["returnClaim", ...BUDGET],
    ...PAY,
    ["recoverPayment", ...BUDGET],
    ...PAY,
    ["askForVariation", ...CONTRIBUTORS],
    ["cancelVariation", ...CONTRIBUTORS],
    ["askForVariation", ...CONTRIBUTORS],
    ["declineVariation", ...BUDGET],
    ["askForVariation", ...CONTRIBUTORS],
    ["confirmVariation", ...BUDGET],
    ["approveVariation", ...APPROVERS],
    // One of two progress reports is taken off the schedule, so that the next but one is the last.
    ["changeSchedule", ...DESK],
    ["submitReport", ...CONTRIBUTORS],
    ["returnReport", ...DESK],
    ["submitReport", ...CONTRIBUTORS],
    ["acceptReport", ...DESK],
    ["submitReport", ...CONTRIBUTORS],
    ["acceptLastReport", ...DESK],
    ["submitAcquittal", ...CERTIFIERS],
    ["returnAcquittal", ...BUDGET],
    ["submitAcquittal", ...CERTIFIERS],
    ["recordRecovery", ...BUDGET],
    ["confirmSurplus", ...BUDGET],
    ["close", ...DESK],
  ],
  discarded: [["discard", ...CONTRIBUTORS]],
  ineligible: [...SUBMIT, ["declineAsIneligible", ...DESK]],
  declined: [...SUBMIT, ...ASSESS, ...CHECK, ["decline", ...APPROVERS]],
  withdrawn: [...SUBMIT, ...ASSESS, ...CHECK, ["withdraw", "contributor@police.example", "certifier@police.example"]],
  "its offer declined": [...OFFER, ["declineOffer", ...CERTIFIERS]],
  "its offer lapsed": [...OFFER, ["lapse", "", ""]],
  terminated: [...OFFER, ["acceptOffer", ...CERTIFIERS], ["terminate", ...DESK]],
};

const well: Dice = () => 0;

/** Late in June an initiative may have its first money in the next financial year: nothing is claimed before that. */
async function waitForItsYear(reference: string): Promise<void> {
  const { startYear } = await db().applicationFunding.findFirstOrThrow({
    where: { application: { reference } },
    orderBy: { startYear: "asc" },
  });
  const beginsAt = atTime(yearBeginsOn(startYear), "00:00");
  if (now() < beginsAt) shiftClock(beginsAt.getTime() - Date.now());
}

async function pressTwice(reference: string, [action, first, second]: Press): Promise<string[]> {
  if (action === "lapse") {
    shiftClock(30 * DAY);
    const counts = await Promise.all([arrangements.lapseOverdueOffers(), arrangements.lapseOverdueOffers()]);
    return counts.map((count) => (count ? "done" : "STATE"));
  }
  if (action === "submitClaim") await waitForItsYear(reference);
  const { revision } = await read(reference);
  for (const name of new Set([first, second])) {
    if (who(name).side === "MFAT") await tried(() => declare(who(name), reference, well));
  }
  if (action === "recommend") await assessments.saveModeration(asMfat(who(first)), reference, await scores(reference));
  const press = (name: string) =>
    tried(() => TAKE[action](who(name), { requestId: randomUUID(), revision }, reference, well));
  return Promise.all([press(first), press(second)]);
}

for (const [end, presses] of Object.entries(WAYS)) {
  test(`two at once at every step of an application that is ${end}: one acts, once`, async () => {
    const reference = await draftOf("contributor@police.example");
    const { id: applicationId } = await read(reference);
    for (const [index, press] of presses.entries()) {
      const said = await pressTwice(reference, press);
      const refused = said.filter((word) => word !== "done");
      expect([press[0], refused.length, said]).toEqual([press[0], 1, said]);
      expect(refused[0]).toMatch(/^(CONFLICT|STATE)/);
      const taken = await db().auditEvent.count({ where: { applicationId, action: { not: null } } });
      expect([press[0], taken]).toEqual([press[0], index + 1]);
    }
    await checkFund();
    await checkWay(reference);
  });
}

test("every step of the table is among them", () => {
  const pressed = new Set(Object.values(WAYS).flatMap((presses) => presses.map(([action]) => action)));
  expect(STEP_KEYS.filter((action) => !pressed.has(action))).toEqual([]);
});

// ---------------------------------------------------------------- the table, by its commands

/** The refusal that the table has for somebody who has declared and may see the application; null where it has none. */
function refusalOf(actor: Actor, state: State, action: StepKey): "FORBIDDEN" | "STATE" | null {
  const { from } = stepRow(action);
  const mayHere: readonly Role[] | undefined = from[state];
  if (!Object.values(from).some((roles) => roles.some((role) => actor.roles.has(role)))) return "FORBIDDEN";
  if (action === "resume" || !mayHere) return "STATE";
  return mayHere.some((role) => actor.roles.has(role)) ? null : "FORBIDDEN";
}

const BY_ROLE = ["contributor", "certifier", "desk", "assessor1", "budget", "approver2", "auditor", "admin"] as const;

/** What that person's own application, another agency's or one that is not assigned to them answers to every command. */
async function tryRefusals(state: State, name: (typeof BY_ROLE)[number], isOwn: boolean): Promise<void> {
  const side = name === "contributor" || name === "certifier" ? "police" : "mfat";
  const actor = who(`${name}@${side}.example`);
  const agency = { abbreviation: isOwn ? "NZ Police" : { not: "NZ Police" } };
  const assigned = { some: { assessorId: actor.personId, status: { not: "UNASSIGNED" as const } } };
  const application = await db().application.findFirst({
    where: {
      state,
      heldAt: null,
      ...(side === "police" && { agency }),
      ...(name === "assessor1" && { assessments: isOwn ? assigned : { none: { assessorId: actor.personId } } }),
    },
  });
  if (!application) return;
  const { reference, revision } = application;
  if (side === "mfat") await declareNone(actor.personId, { reference });
  for (const action of STEP_KEYS) {
    const expected = isOwn ? refusalOf(actor, state, action) : "NOT_FOUND";
    if (action === "lapse" || !expected || isOfOtherSide(actor, action)) continue;
    const said = await tried(() => TAKE[action](actor, { requestId: randomUUID(), revision }, reference, well));
    expect([state, name, action, said.split(" ")[0]]).toEqual([state, name, action, expected]);
  }
}

/** A command of the other side takes no such actor: that is refused before anything is read. */
function isOfOtherSide({ side }: Actor, action: StepKey): boolean {
  const roles: readonly Role[] = Object.values(stepRow(action).from).flat();
  return roles.some((role) => AGENCY_ROLES.includes(role)) !== (side === "AGENCY");
}

test("whatever the table does not have, each step's own command refuses: by state, role and whose it is", async () => {
  for (const state of ALL_STATES) {
    for (const name of BY_ROLE) {
      await tryRefusals(state, name, true);
      if (name === "contributor" || name === "certifier" || name === "assessor1") await tryRefusals(state, name, false);
    }
  }
});

/** All goes well, and every reason that may be asked for is given. */
const withReasons: Dice = () => 1;

/** Somebody with every role of MFAT that has duties, who holds that one. */
async function holderOf(kind: DutyKind, { id }: { id: string }, email: string): Promise<Actor> {
  const roles = (["DESK", "BUDGET", "APPROVER"] as const).map((role) => ({ role }));
  const { id: personId } = await db().person.create({
    data: { email, name: email, side: "MFAT", roles: { create: roles }, delegation: { create: {} } },
  });
  await declareNone(personId, { id });
  const isRecused = kind === "ASSESS" || kind === "DELEGATE" ? null : false;
  await db().duty.create({ data: { applicationId: id, personId, side: "MFAT", kind, isRecused } });
  return (await findActor(email)) ?? never();
}

for (const state of ["MODERATION", "BUDGET_CHECK", "DECISION"] as const) {
  const [needed, steps] = [STATES[state].duty, dutySteps(state)];
  test(`${state}: whoever has another duty than ${needed} is refused its steps, by their own commands`, async () => {
    const application = await db().application.findFirstOrThrow({ where: { state, heldAt: null } });
    const { reference, revision } = application;
    for (const kind of ["ASSESS", "RECOMMEND", "CHECK_BUDGET", "DECIDE", "DELEGATE"] as const) {
      if (kind === needed) continue;
      const actor = await holderOf(kind, application, `${kind}.${state}@mfat.example`.toLowerCase());
      for (const step of steps) {
        if (step === "lapse") continue;
        const said = await tried(() =>
          TAKE[step](actor, { requestId: randomUUID(), revision }, reference, withReasons),
        );
        expect([kind, step, said]).toEqual([
          kind,
          step,
          expect.stringMatching(/^FORBIDDEN You .+ needs somebody else/),
        ]);
      }
    }
    expect(steps.length).toBeGreaterThan(0);
  });
}

const never = () => {
  throw new Error("The demo has no such thing.");
};

// ---------------------------------------------------------------- walks

const walkStep = fc.record({
  application: fc.nat(COUNT - 1),
  /** Mostly a step that the table has for that state and somebody of its role; sometimes anything by anybody. */
  isAny: fc.nat(9),
  action: fc.nat(1_000),
  person: fc.nat(1_000),
  chances: fc.array(fc.nat(999), { minLength: 24, maxLength: 24 }),
  /** At once with the step after it. */
  isAtOnce: fc.nat(3),
  isStale: fc.nat(15),
  days: fc.nat(40),
});
type WalkStep = { [Key in "application" | "isAny" | "action" | "person" | "isAtOnce" | "isStale" | "days"]: number } & {
  chances: number[];
};

/** In every other walk days go by, into another financial year where that is near. */
type Walk = { steps: readonly WalkStep[]; isLong: boolean };

/** What leads on when all goes well, and is tried more often. Every run takes each of them. */
const ONWARD: StepKey[] = [
  "sendForSignOff",
  "signOffAndSubmit",
  "acceptForAssessment",
  "assignAssessors",
  "completeAssessment",
  "startModeration",
  "recommend",
  "confirmBudget",
  "approve",
  "sendOffer",
  "acceptOffer",
  "submitClaim",
  "approveClaim",
  "recordPayment",
  "askForVariation",
  "confirmVariation",
  "approveVariation",
  "submitReport",
  "acceptReport",
  "acceptLastReport",
  "submitAcquittal",
  "recordRecovery",
  "confirmSurplus",
  "close",
];

const diceOf = ({ chances }: WalkStep): Dice => {
  let turn = 0;
  return (below) => (chances[turn++ % chances.length] ?? 0) % below;
};

/** What everybody of MFAT does before they act. */
async function declareFirst(actor: Actor, applicationId: string, reference: string, dice: Dice): Promise<void> {
  if (actor.side !== "MFAT") return;
  const isDeclared = await db().interestDeclaration.count({ where: { applicationId, personId: actor.personId } });
  if (!isDeclared) await tried(() => declare(actor, reference, dice));
}

async function wander(reference: string, step: WalkStep, balance: Balance<StepKey>): Promise<void> {
  const dice = diceOf(step);
  const { state, revision, heldAt, id } = await read(reference);
  const isAny = step.isAny === 0;
  const isAssigned = (await db().assessment.count({ where: { applicationId: id, status: "ASSIGNED" } })) > 0;
  const fits = (action: StepKey): boolean =>
    stepRow(action).from[state] !== undefined && (heldAt === null || stepRow(action).whileHeld !== undefined);
  const likely = ONWARD.filter((action) => fits(action) && !(action === "assignAssessors" && isAssigned));
  const possible = STEP_KEYS.filter((action) => action !== "lapse" && (isAny || fits(action)));
  const chosen = step.isAny > 2 && likely.length ? likely : possible;
  const action = chosen[step.action % chosen.length];
  if (!action || action === "lapse") return;
  const roles = Object.values(stepRow(action).from).flat() as Role[];
  const fit = names.filter((name) => isAny || roles.some((role) => who(name).roles.has(role)));
  const actor = who(fit[step.person % fit.length] ?? "");
  // Ends of the way are rare, or every walk would end soon.
  if (stepRow(action).isFinal && action !== "close" && dice(6)) return;
  if (!isAny) await declareFirst(actor, id, reference, dice);
  const request = { requestId: randomUUID(), revision: step.isStale === 0 ? revision - 1 : revision };
  const said = await tried(() => TAKE[action](actor, request, reference, dice));
  if (said === "done") balance.took(action);
}

/** The steps of what an application waits for, where that goes by another name. */
const ASKED_AS: Record<string, StepKey> = {
  screen: "acceptForAssessment",
  decide: "approve",
  declareInterests: "completeAssessment",
};
/** What an agency does with an arrangement when nothing is asked of anybody. */
const OWN_ACCORD: StepKey[] = ["submitClaim", "askForVariation", "submitReport"];

/** Takes what the application waits for, by the first of those who may; chance decides only over what is asked for. */
async function lead(reference: string, step: WalkStep, balance: Balance<StepKey>): Promise<void> {
  const { id, state, revision } = await read(reference);
  const asked = (await listAskedSteps(db(), { id, state })).map((one) => ASKED_AS[one.step] ?? one.step);
  const due = asked.length || state !== "ACTIVE" ? asked.filter(isStep) : OWN_ACCORD;
  if (due.length === 0) return;
  const action = balance.next(due, step.action);
  if (action === "lapse") return;
  const dice = state === "ACTIVE" && step.isAny % 2 ? diceOf(step) : well;
  const roles = stepRow(action).from[state] ?? [];
  const fit = names.filter((name) => roles.some((role) => who(name).roles.has(role)));
  for (const index of fit.keys()) {
    const actor = who(fit[(step.person + index) % fit.length] ?? "");
    await declareFirst(actor, id, reference, well);
    const said = await tried(() => TAKE[action](actor, { requestId: randomUUID(), revision }, reference, dice));
    if (said === "done") return balance.took(action);
  }
}

/** Walks of one to three people at a time over a few applications; now and then days go by. */
async function walkAll({ steps, isLong }: Walk, balance: Balance<StepKey>): Promise<void> {
  shiftClock(0);
  const references: string[] = [];
  for (let count = 0; count < COUNT; count++) {
    references.push(await draftOf(count % 2 ? "contributor@customs.example" : "contributor@police.example"));
  }
  let days = 0;
  for (let index = 0; index < steps.length; ) {
    const group = steps.slice(index, index + (steps[index]?.isAtOnce === 0 ? 3 : 1));
    index += group.length;
    await Promise.all(
      group.map((step) => (step.application < LED ? lead : wander)(references[step.application] ?? "", step, balance)),
    );
    if (isLong && group[0]?.days === 0) shiftClock(++days * 3 * DAY);
    if (group[0]?.days === 1) await arrangements.lapseOverdueOffers();
    if (index % 20 === 0) await checkFund();
  }
  await checkFund();
  for (const reference of references) await checkWay(reference);
}

test(`${WALKS} walks of ${STEPS} steps break no rule`, async () => {
  const balance = new Balance<StepKey>();
  let walks = 0;
  const steps = fc.array(walkStep, { minLength: STEPS, maxLength: STEPS });
  const property = fc.asyncProperty(steps, (walked) => walkAll({ steps: walked, isLong: walks++ % 2 === 0 }, balance));
  await tryAll(property, WALKS);
  console.log(`Steps taken: ${balance.words()}`);
  // A walk that gets nowhere proves nothing.
  expect(balance.missing(ONWARD)).toEqual([]);
}, 1_800_000);
