import { type Cause, commitAgreed, movePhasing, releaseReserve, reserve } from "#lib/budget/commands.ts";
import { type PhasedAmount, phasedTotal } from "#lib/budget/rules.ts";
import { moveConditions } from "#lib/decisions/conditions/commands.ts";
import { findDelegation } from "#lib/decisions/queries.ts";
import { decidedFor } from "#lib/decisions/rules.ts";
import type { HeldDelegation } from "#lib/deputies/queries.ts";
import { keepReleases } from "#lib/form/commands.ts";
import type { Reason, Values } from "#lib/form/fields.ts";
import { filtersInWords, refuseUnknown } from "#lib/form/filters.ts";
import { newestOf } from "#lib/form/versions.ts";
import {
  giveDelegateDuty,
  type StepOutcome,
  type StepRequest,
  takeDuty,
  takeTransition,
} from "#lib/lifecycle/commands.ts";
import { type Actor, type AgencyActor, type MfatActor, ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import type { LockedApplication } from "#lib/lifecycle/queries.ts";
import type { Step } from "#lib/lifecycle/steps.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, laterOf } from "#lib/platform/dates.ts";
import type { DutyKind } from "#lib/platform/db/generated/enums.ts";
import { longReading, type Tx } from "#lib/platform/db.ts";
import { DomainError, forbidden, invalid } from "#lib/platform/errors.ts";
import { passSheet, type Sheet, type SheetRequest } from "#lib/platform/sheet.ts";
import { workingDayFrom } from "#lib/platform/working-days.ts";
import { rescheduleReports } from "#lib/reports/commands.ts";
import { finalDay } from "#lib/reports/rules.ts";
import {
  eachVariation,
  findOpenVariation,
  getAgreed,
  listHeldYears,
  type OpenVariation,
  readRegisterLists,
} from "./queries.ts";
import {
  addedBy,
  approverOf,
  checkAsked,
  currentTerms,
  decliners,
  isChecked,
  kindsInWords,
  kindsOf,
  registerSheet,
  type Terms,
  variationName,
  waitsOnRole,
  whyNoLongerFits,
} from "./rules.ts";
import { REGISTER_ORDERS, readRegisterFilter, termsJson, VARIATION_RELEASES } from "./schema.ts";
import { VARIATION_STEPS } from "./steps.ts";

const causeOf = (actor: Actor, { requestId }: StepRequest, reason: string): Cause => ({ actor, requestId, reason });

/**
 * Asks for a change of the arrangement. It changes nothing and sets nothing aside yet.
 * @throws INVALID at the fields, CONFLICT while another variation is open
 */
export function askForVariation(
  actor: AgencyActor,
  request: StepRequest,
  reference: string,
  { reason, ...proposed }: Terms & { reason: string },
): Promise<void> {
  return takeTransition(actor, request, reference, VARIATION_STEPS.askForVariation, async (tx, application) => {
    const open = await findOpenVariation(actor, application.id, tx);
    if (open) {
      throw new DomainError("CONFLICT", `${variationName(open)}, is open. It needs to be decided or cancelled first.`);
    }
    const agreed = await getAgreed(actor, application.id, tx);
    const errors = checkAsked(agreed, proposed, dayOf(now()));
    if (Object.keys(errors).length) throw invalid(errors);
    const { kind } = proposed;
    const kinds = kindsOf(proposed);
    const number = 1 + (await tx.variation.count({ where: { applicationId: application.id } }));
    const form = newestOf(VARIATION_RELEASES);
    await keepReleases(tx, [form]);
    await tx.variation.create({
      data: {
        applicationId: application.id,
        number,
        kind,
        reason,
        current: termsJson(currentTerms(proposed, agreed)),
        proposed: termsJson(proposed),
        formHash: form.hash,
        agencyName: application.agency.name,
        askerName: actor.name,
        askedById: actor.personId,
        askedAt: now(),
      },
    });
    return { ...told({ number, kinds }), reason };
  });
}

/** What is kept and said of every step about a variation: which one it is. */
const told = (variation: Pick<OpenVariation, "number" | "kinds">) => ({
  data: { number: variation.number, kinds: variation.kinds },
  note: `It is ${variationName(variation).replace("V", "v")}.`,
});

const phasingOf = (terms: Terms): PhasedAmount => terms.phasing ?? [];

/** Takes back what was asked for, as long as nobody has decided on it. */
export function cancelVariation(actor: AgencyActor, request: StepRequest, reference: string): Promise<void> {
  return takeOpen(actor, request, reference, VARIATION_STEPS.cancelVariation, async (tx, application, variation) => {
    await end(tx, actor, variation, { state: "CANCELLED" });
    await releaseReserve(tx, causeOf(actor, request, `${variationName(variation)}, cancelled`), application.id);
    return {};
  });
}

/** The budget officer's word that what a variation adds to a year is there; it is set aside. @throws MONEY */
export function confirmVariation(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeOpen(actor, request, reference, VARIATION_STEPS.confirmVariation, async (tx, application, variation) => {
    if (!isChecked(variation.kinds)) {
      const approver = ROLE_LABELS[approverOf(variation.kinds)];
      throw new DomainError("STATE", `${variationName(variation)}, has no budget check. The ${approver} approves it.`);
    }
    if (variation.state !== "ASKED") {
      throw new DomainError("STATE", `The budget of ${variationName(variation)}, is already confirmed.`);
    }
    await takeDuty(tx, actor, application, "CHECK_BUDGET");
    const current = await currentPhasing(tx, application, variation);
    const cause = causeOf(actor, request, `${variationName(variation)}, budget confirmed`);
    await reserve(tx, cause, application.id, addedBy(current, phasingOf(variation.proposed)));
    await tx.variation.update({
      where: { id: variation.id },
      data: {
        state: "BUDGET_CONFIRMED",
        confirmedById: actor.personId,
        confirmDuty: "CHECK_BUDGET",
        confirmedAt: now(),
      },
    });
    return {};
  });
}

/** What is committed by year. @throws STATE where more was paid or claimed meanwhile than the variation leaves */
async function currentPhasing(tx: Tx, application: LockedApplication, { proposed }: OpenVariation) {
  const years = await listHeldYears(tx, application.id);
  const problem = whyNoLongerFits(years, proposed, dayOf(now()));
  if (problem) throw new DomainError("STATE", problem);
  return years.map(({ startYear, committedCents }) => ({ startYear, cents: committedCents }));
}

/**
 * Approves a variation, and carries it out: the arrangement and the ledger change in the same transaction. The amounts that
 * were requested, recommended and approved stay as they were.
 * @throws FORBIDDEN where its kind is for another role or a higher delegation, STATE before the budget check, MONEY
 */
export function approveVariation(actor: MfatActor, request: StepRequest, reference: string): Promise<void> {
  return takeOpen(actor, request, reference, VARIATION_STEPS.approveVariation, async (tx, application, variation) => {
    const approver = approverOf(variation.kinds);
    refuseOthers(actor, variation, [approver], "approved");
    if (isChecked(variation.kinds) && variation.state === "ASKED") {
      throw new DomainError(
        "STATE",
        `The budget officer needs to confirm the budget of ${variationName(variation)}, first.`,
      );
    }
    const by = await decide(tx, actor, application, variation, approver);
    const cause = causeOf(actor, request, `${variationName(variation)}, approved`);
    const moved = await carryOut(tx, cause, application, variation);
    await end(tx, actor, variation, { state: "APPROVED", ...by.columns });
    return { ...by.outcome, ...(moved && { note: `${told(variation).note} ${moved}` }) };
  });
}

/** @throws FORBIDDEN, with whom it is for */
function refuseOthers(actor: MfatActor, variation: OpenVariation, roles: readonly Role[], done: string): void {
  if (roles.some((role) => actor.roles.has(role))) return;
  const who = roles.map((role) => ROLE_LABELS[role]).join(" or ");
  throw forbidden(`A variation of ${kindsInWords(variation.kinds).toLowerCase()} is ${done} by the ${who}.`);
}

type Deciding = {
  columns: { decideDuty?: DutyKind; delegationCents?: bigint | null; forId?: string; forDuty?: DutyKind };
  outcome: Pick<StepOutcome, "data" | "mfatNote">;
};

/**
 * The part that somebody has by deciding in a role: a budget officer checks the budget, an approver decides under a
 * delegation that covers the new total, a desk officer has none.
 */
async function decide(
  tx: Tx,
  actor: MfatActor,
  application: LockedApplication,
  { proposed }: OpenVariation,
  role: Role,
): Promise<Deciding> {
  if (role === "DESK") return { columns: {}, outcome: {} };
  if (role === "BUDGET") {
    await takeDuty(tx, actor, application, "CHECK_BUDGET");
    return { columns: { decideDuty: "CHECK_BUDGET" }, outcome: {} };
  }
  const delegation = await findDelegation(tx, actor, application.id, phasedTotal(phasingOf(proposed)));
  if ("beyond" in delegation) throw forbidden(`${delegation.beyond}.`);
  await takeDuty(tx, actor, application, "DECIDE");
  return {
    columns: {
      decideDuty: "DECIDE",
      delegationCents: delegation.limitCents,
      ...(await forColumns(tx, application, delegation)),
    },
    outcome: decidedFor(actor.name, delegation.of),
  };
}

const forColumns = async (tx: Tx, application: LockedApplication, { of }: HeldDelegation) =>
  of ? { forId: of.id, forDuty: await giveDelegateDuty(tx, application, of.id) } : {};

/** The arrangement becomes what was agreed; the ledger moves by itself. Answers what became of the reports, in words. */
async function carryOut(
  tx: Tx,
  cause: Cause,
  application: LockedApplication,
  variation: OpenVariation,
): Promise<string> {
  const { kind, endsOn, scope, phasing } = variation.proposed;
  const applicationId = application.id;
  await currentPhasing(tx, application, variation);
  if (kind === "COST" && phasing) await commitAgreed(tx, cause, applicationId, phasing);
  if (kind === "REPHASING" && phasing) {
    // What the budget check set aside is free again in the moment in which it is moved there.
    if (variation.state === "BUDGET_CONFIRMED") await releaseReserve(tx, cause, applicationId);
    await movePhasing(tx, cause, applicationId, phasing);
  }
  const data = { ...(endsOn && { endsOn }), ...(scope !== undefined && { scope }) };
  const before = await tx.arrangement.findUniqueOrThrow({ where: { applicationId } });
  if (Object.keys(data).length) await tx.arrangement.update({ where: { applicationId }, data });
  if (endsOn) {
    const day = (end: Date) => workingDayFrom(finalDay(laterOf(end, dayOf(before.acceptedAt))));
    await moveConditions(tx, applicationId, day(before.endsOn), day(endsOn));
  }
  return endsOn ? rescheduleReports(tx, applicationId, endsOn) : "";
}

/** Declines a variation: the agency reads why, and what was set aside for it is given back. */
export function declineVariation(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { reason }: Reason,
): Promise<void> {
  return takeOpen(actor, request, reference, VARIATION_STEPS.declineVariation, async (tx, application, variation) => {
    const roles = decliners(variation);
    refuseOthers(actor, variation, roles, "declined");
    // Somebody asked to check the money declines in that role, whatever other roles they have.
    const asked = waitsOnRole(variation);
    const role = actor.roles.has(asked) ? asked : approverOf(variation.kinds);
    const by = await decide(tx, actor, application, variation, role);
    await end(tx, actor, variation, { state: "DECLINED", answer: reason, ...by.columns });
    await releaseReserve(tx, causeOf(actor, request, `${variationName(variation)}, declined`), application.id);
    return { ...by.outcome, reason };
  });
}

const end = (
  tx: Tx,
  actor: Actor,
  { id }: OpenVariation,
  ended: { state: "APPROVED" | "DECLINED" | "CANCELLED"; answer?: string } & Deciding["columns"],
) => tx.variation.update({ where: { id }, data: { ...ended, decidedById: actor.personId, decidedAt: now() } });

/** A step about the variation that is open. @throws STATE where none is */
function takeOpen(
  actor: Actor,
  request: StepRequest,
  reference: string,
  row: Step,
  step: (tx: Tx, application: LockedApplication, variation: OpenVariation) => Promise<StepOutcome>,
): Promise<void> {
  return takeTransition(actor, request, reference, row, async (tx, application) => {
    const variation = await findOpenVariation(actor, application.id, tx);
    if (!variation) {
      throw new DomainError("STATE", `No variation is open, so you cannot do this now: “${row.label}”.`);
    }
    const { data, ...outcome } = await step(tx, application, variation);
    const { data: which, note } = told(variation);
    return { note, ...outcome, data: { ...which, ...data } };
  });
}

/** The list of all variations, for a file that leaves the portal: the audit trail keeps who took it. @throws FORBIDDEN */
export function exportVariations(
  actor: MfatActor,
  { format, remoteAddress, keep }: SheetRequest,
  sent: Values,
): Promise<Sheet> {
  return longReading(async (tx) => {
    const lists = await readRegisterLists(actor, tx);
    const search = readRegisterFilter(sent, lists);
    refuseUnknown(sent, search);
    const long = registerSheet(filtersInWords(search, "All variations", REGISTER_ORDERS), now());
    const sheet = await passSheet(long, eachVariation(tx, actor, search.filter), keep);
    await recordEvent(tx, {
      event: "variations.exported",
      actor,
      data: { format, query: search.query, rows: sheet.count, marking: sheet.marking },
      ...(remoteAddress && { remoteAddress }),
    });
    return sheet;
  });
}
