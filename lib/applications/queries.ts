import type { Option } from "#lib/form/fields.ts";
import { type Actor, AGENCY_ROLES, type AgencyActor, can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { STANDS } from "#lib/lifecycle/rules.ts";
import { ALL_STATES, isEnded, UNDECIDED } from "#lib/lifecycle/states.ts";
import { findWaiting, listWaiting, type Waiting } from "#lib/lifecycle/waits/queries.ts";
import { financialYearOf } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { AmountKind, State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { notFound } from "#lib/platform/errors.ts";
import { sumCents } from "#lib/platform/money.ts";
import { mayNotApply } from "./rules.ts";

/** What may have been varied of an arrangement, since when a variation is asked for, and the reports to come. */
const ARRANGED = {
  select: {
    endsOn: true,
    variations: { where: { state: { in: ["ASKED", "BUDGET_CONFIRMED"] } }, select: { askedAt: true } },
    reports: {
      where: { state: { in: ["DUE", "RETURNED"] } },
      select: { number: true, kind: true, state: true, dueOn: true },
      orderBy: [{ dueOn: "asc" }, { number: "asc" }],
    },
  },
} satisfies Prisma.Application$arrangementArgs;

const HEADER = {
  agency: { select: { name: true, abbreviation: true, isActive: true } },
  round: { select: { name: true, closesAt: true, minimumAssessments: true, criteriaVersion: true, checklist: true } },
  phasing: { orderBy: { startYear: "asc" } },
  places: { include: { place: true }, orderBy: { percent: "desc" } },
  focusAreas: { include: { focusArea: true } },
  duties: { select: { personId: true, kind: true } },
  arrangement: ARRANGED,
  offers: { select: { amountCents: true } },
} satisfies Prisma.ApplicationInclude;

type Amounts = {
  state: State;
  recommendedCents: bigint | null;
  approvedCents: bigint | null;
  offers: readonly { amountCents: bigint }[];
};

/**
 * An agency learns what was approved from the offer, and never what was recommended; nor does an adviser. An offer that MFAT withdrew may
 * come again with another amount.
 */
function amountsFor(actor: Actor, { state, recommendedCents, approvedCents, offers }: Amounts) {
  if (can(actor, "assessment:read")) return { recommendedCents, approvedCents };
  const isTold = offers.some(({ amountCents }) => amountCents === approvedCents) && !UNDECIDED.includes(state);
  return { recommendedCents: null, approvedCents: isTold ? approvedCents : null };
}

export type ApplicationHeader = Prisma.ApplicationGetPayload<{ include: typeof HEADER }> & {
  /** Whether the reader may see more than title and agency: people who act for MFAT declare interests first. */
  isOpen: boolean;
  /** Who it is waiting on; null if it has ended. */
  waiting: Waiting | null;
};

/** An application, with what everybody who may see it sees. @throws NOT_FOUND, also if it belongs to another agency */
export async function getApplication(actor: Actor, reference: string): Promise<ApplicationHeader> {
  const application = await db().application.findFirst({ where: { ...scopeOf(actor), reference }, include: HEADER });
  if (!application) throw notFound();
  const amounts = amountsFor(actor, application);
  const [isOpen, waiting] = await Promise.all([mayOpen(actor, application), findWaiting(db(), application)]);
  const isUnread = !isOpen || isUnsubmitted(actor, application);
  return {
    ...application,
    ...amounts,
    ...(isUnread && {
      recommendedCents: null,
      approvedCents: null,
      summary: "",
      startsOn: null,
      endsOn: null,
      arrangement: null,
      requestedCents: 0n,
      places: [],
      focusAreas: [],
    }),
    phasing: application.phasing.filter(({ kind }) => !isUnread && isKindShown(actor, kind, amounts.approvedCents)),
    duties: application.duties.filter(({ personId }) => actor.side === "MFAT" || personId === actor.personId),
    // An agency knows the desk, and not who of it.
    deskOfficerId: actor.side === "MFAT" ? application.deskOfficerId : null,
    isOpen,
    waiting: waiting && waitingFor(actor, waiting, application),
  };
}

type Waited = { stateSince: Date; heldAt: Date | null; arrangement: { variations: { askedAt: Date }[] } | null };

/**
 * An agency does not learn how long people at MFAT wait for each other: it sees a state or a variation as one wait. About
 * its arrangement it knows what it has sent.
 */
function waitingFor(actor: Actor, waiting: Waiting, { stateSince, heldAt, arrangement }: Waited): Waiting | null {
  if (actor.side === "MFAT" || AGENCY_ROLES.includes(waiting.role)) return waiting;
  // That a reopening is asked for stays inside until it is confirmed.
  if (waiting.step === "confirmReopening") return null;
  const since = heldAt ?? arrangement?.variations[0]?.askedAt ?? (arrangement ? waiting.since : stateSince);
  return { role: waiting.role, since };
}

/** MFAT reads signed-off versions. About a draft it learns only that it exists, its agency and its title. */
const isUnsubmitted = (actor: Actor, { versionNumber }: { versionNumber: number }): boolean =>
  actor.side === "MFAT" && versionNumber === 0;

const isKindShown = (actor: Actor, kind: AmountKind, approvedCents: bigint | null): boolean =>
  can(actor, "assessment:read") || kind === "REQUESTED" || (kind === "APPROVED" && approvedCents !== null);

/** People who act for MFAT read only title and agency before they declare interests, or if an interest recuses them. */
async function mayOpen(actor: Actor, { id, versionNumber }: { id: string; versionNumber: number }): Promise<boolean> {
  if (versionNumber === 0 || !can(actor, "interest:declare")) return true;
  const declared = await db().interestDeclaration.findUnique({
    where: { applicationId_personId: { applicationId: id, personId: actor.personId } },
    select: { isRecused: true },
  });
  return declared?.isRecused === false;
}

/** Why the reader's agency cannot apply; null where it may. */
export async function whyNotApply({ agencyId }: AgencyActor): Promise<string | null> {
  const agency = await db().agency.findUniqueOrThrow({ where: { id: agencyId } });
  return mayNotApply(agency, env().DESK_EMAIL);
}

/** The agency's applications that can be copied to a new draft, newest first, as options of a form. */
export async function listCopyable(actor: AgencyActor): Promise<Option[]> {
  const applications = await db().application.findMany({
    where: { ...scopeOf(actor), title: { not: "" } },
    select: { reference: true, title: true },
    orderBy: { id: "desc" },
    take: 200,
  });
  return applications.map(({ reference, title }) => ({ value: reference, label: `${reference} ${title}` }));
}

/** An agency's home page: its open applications, who they are waiting on, and its totals for a financial year. */
export async function readAgencyHome(actor: AgencyActor, today: Date) {
  const startYear = financialYearOf(today);
  const [open, ofYear] = await Promise.all([listOpen(actor), listOfYear(actor, startYear)]);
  return { open, startYear, ofYear };
}

/** The agency's applications that have not ended, with what its next dates are worked out from. */
async function listOpen(actor: AgencyActor) {
  const open = await db().application.findMany({
    where: { ...scopeOf(actor), OR: [{ state: { notIn: ENDED } }, UNSETTLED] },
    include: {
      offers: { select: { dueAt: true, amountCents: true }, orderBy: { sentAt: "desc" } },
      round: { select: { closesAt: true } },
      arrangement: ARRANGED,
    },
    orderBy: { stateSince: "desc" },
    take: 100,
  });
  const waiting = await listWaiting(db(), open);
  return open.map((application) => {
    const wait = waiting.get(application.id) ?? null;
    return {
      ...application,
      ...amountsFor(actor, application),
      waiting: wait && waitingFor(actor, wait, application),
    };
  });
}

/** The agency's applications with money asked for or approved in a financial year, and how much. */
async function listOfYear(actor: AgencyActor, startYear: number) {
  const rows = await db().application.findMany({
    where: { ...scopeOf(actor), state: { notIn: ["DRAFT", "DISCARDED"] }, phasing: { some: { startYear } } },
    select: {
      id: true,
      reference: true,
      title: true,
      marking: true,
      state: true,
      phasing: { where: { startYear, kind: { in: ["REQUESTED", "APPROVED"] } }, select: { kind: true, cents: true } },
    },
    orderBy: { reference: "asc" },
  });
  return rows
    .map(({ phasing, ...row }) => {
      const centsOf = (kind: AmountKind) =>
        sumCents(phasing.filter((one) => one.kind === kind).map(({ cents }) => cents));
      return {
        ...row,
        requestedCents: centsOf("REQUESTED"),
        approvedCents: OFFERED_ON.includes(row.state) ? centsOf("APPROVED") : 0n,
      };
    })
    .filter(({ requestedCents, approvedCents }) => requestedCents + approvedCents > 0n);
}

/** Terminated with something paid, and waiting for its acquittal. */
const UNSETTLED = {
  state: "TERMINATED",
  acquittals: { none: STANDS },
  funding: { some: { paidCents: { gt: 0n } } },
} satisfies Prisma.ApplicationWhereInput;

/** From the offer on, without those that were declined or lapsed. */
const OFFERED_ON: State[] = ["OFFERED", "ACTIVE", "CLOSING", "CLOSED"];
const ENDED: State[] = ALL_STATES.filter(isEnded);

/** What the desk answered to the screening checklist, of the version that MFAT reads or the last one that was screened. */
export async function readScreening(actor: MfatActor, applicationId: string) {
  if (!can(actor, "assessment:read")) return null;
  const answers = await db().screeningAnswer.findMany({
    where: { applicationId },
    orderBy: [{ versionNumber: "desc" }, { position: "asc" }],
    take: 40,
  });
  const last = answers[0];
  if (!last) return null;
  const nameOf = await readNamesOfDay(db(), [last.answeredById]);
  const { versionNumber, answeredAt } = last;
  return {
    versionNumber,
    answeredAt,
    by: nameOf(last.answeredById, answeredAt),
    checks: answers.filter((answer) => answer.versionNumber === versionNumber),
  };
}
