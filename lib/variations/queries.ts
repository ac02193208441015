import { readSignedAnswers, SIGNED } from "#lib/applications/form/queries.ts";
import { readMfatFilters } from "#lib/applications/officers/queries.ts";
import { lookedAfterBy } from "#lib/applications/officers/rules.ts";
import { stageOf } from "#lib/budget/rules.ts";
import { decidedBy } from "#lib/decisions/rules.ts";
import type { Lists } from "#lib/form/fields.ts";
import { pageOf } from "#lib/form/filters.ts";
import { inWords } from "#lib/form/parse.ts";
import { readReleases } from "#lib/form/queries.ts";
import { type Actor, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { listedTo, nameFor, readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { OPEN_CLAIMS, openCentsOf } from "#lib/payments/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { VariationKind, VariationState } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { FILE_PAGE, inPages, pageFound, ROWS_MAX } from "#lib/platform/lists.ts";
import { sumCents } from "#lib/platform/money.ts";
import {
  type Agreed,
  type HeldYear,
  KINDS,
  kindsOf,
  OPEN_VARIATION,
  type RegisteredVariation,
  type Terms,
  whyNoLongerFits,
} from "./rules.ts";
import { REGISTER_ORDERS, type RegisterFilter, readTerms } from "./schema.ts";

type Reader = Pick<
  Tx,
  "arrangement" | "applicationFunding" | "applicationVersion" | "claim" | "financialYear" | "formRelease"
>;

/** What an arrangement is now, with the years that money may stand in. @throws NOT_FOUND where there is none */
export async function getAgreed(actor: Actor, applicationId: string, client: Reader = db()): Promise<Agreed> {
  const arrangement = await client.arrangement.findFirst({ where: { applicationId, application: scopeOf(actor) } });
  if (!arrangement) throw notFound();
  const { startsOn, endsOn, scope } = arrangement;
  return {
    startsOn,
    endsOn,
    scope: scope || (await scopeAsAppliedFor(client, applicationId)),
    years: await listHeldYears(client, applicationId),
  };
}

/** What the application says will be done, in words: as it stood when it was signed off last. */
async function scopeAsAppliedFor(client: Reader, applicationId: string): Promise<string> {
  const version = await client.applicationVersion.findFirst({
    where: { applicationId },
    orderBy: { number: "desc" },
    select: SIGNED,
  });
  if (!version) return "";
  const { sections, lists } = await readSignedAnswers(client, version);
  const activities = sections.find(({ key }) => key === "activities");
  return (activities?.fields ?? [])
    .map((field) => inWords(field, activities?.answers?.[field.name], lists).join("\n"))
    .join("\n\n");
}

/** Of an arrangement, or open to it, the earliest first. */
export async function listHeldYears(client: Reader, applicationId: string): Promise<HeldYear[]> {
  const today = dayOf(now());
  const [years, funding, claims] = await Promise.all([
    client.financialYear.findMany({ orderBy: { startYear: "asc" } }),
    client.applicationFunding.findMany({ where: { applicationId } }),
    client.claim.findMany({ where: { applicationId, state: { in: [...OPEN_CLAIMS] } } }),
  ]);
  return years.flatMap(({ startYear, closedAt, envelopeCents, reservedCents, committedCents }): HeldYear[] => {
    const held = funding.find((part) => part.startYear === startYear);
    const isOpen = stageOf(startYear, today) !== "closing";
    if (!isOpen && !held?.committedCents) return [];
    const claimedCents = sumCents(claims.filter((claim) => claim.startYear === startYear).map(openCentsOf));
    return [
      {
        startYear,
        isOpen,
        isClosed: closedAt !== null,
        committedCents: held?.committedCents ?? 0n,
        boundCents: (held?.paidCents ?? 0n) + claimedCents,
        availableCents: envelopeCents - reservedCents - committedCents,
      },
    ];
  });
}

export type OpenVariation = {
  id: string;
  number: number;
  kind: VariationKind;
  kinds: VariationKind[];
  state: VariationState;
  proposed: Terms;
};

/** Why an open variation no longer fits the years as they are by now; null where it does. */
export async function whyOutgrown(applicationId: string, { proposed }: OpenVariation): Promise<string | null> {
  if (!(proposed.phasing || proposed.endsOn)) return null;
  return whyNoLongerFits(await listHeldYears(db(), applicationId), proposed, dayOf(now()));
}

/** The variation that is neither decided nor cancelled; null if there is none. There is never more than one. */
export async function findOpenVariation(
  actor: Actor,
  applicationId: string,
  client: Pick<Tx, "variation"> = db(),
): Promise<OpenVariation | null> {
  const found = await client.variation.findFirst({
    where: { applicationId, state: { in: OPEN_VARIATION }, arrangement: { application: scopeOf(actor) } },
    select: { id: true, number: true, kind: true, state: true, proposed: true },
  });
  const proposed = found && readTerms(found.kind, found.proposed);
  return proposed && { ...found, proposed, kinds: kindsOf(proposed) };
}

/** A variation as it is read: people of the reader's own side by name, the other side by its office. */
export type VariationRecord = {
  id: string;
  number: number;
  kind: VariationKind;
  kinds: VariationKind[];
  /** What it is about, in the words of the form that it was asked for on. */
  kindLabel: string;
  state: VariationState;
  current: Terms;
  proposed: Terms;
  reason: string;
  asked: { by: string; at: Date };
  /** The budget check, which an agency does not read of. */
  confirmed: { by: string; at: Date } | null;
  /** Who approved, declined or cancelled it. */
  decided: { by: string; at: Date; delegationCents: bigint | null; forName: string | null } | null;
  /** Why it was declined. */
  answer: string | null;
};

/** The variations of an arrangement, the newest first. */
export async function listVariations(actor: Actor, applicationId: string): Promise<VariationRecord[]> {
  const rows = await db().variation.findMany({
    where: { applicationId, arrangement: { application: scopeOf(actor) } },
    orderBy: { number: "desc" },
  });
  const ids = rows.flatMap((row) => [row.confirmedById, row.decidedById, row.forId]);
  const nameOf = await readNamesOfDay(db(), ids);
  const releases = await readReleases(rows.map(({ formHash }) => formHash));
  return rows.map((row, index) => {
    const record = toRecord(actor, row, nameOf);
    const labels = record.kinds.map(
      (kind) => releases[index]?.sections.find(({ key }) => key === kind)?.title ?? KINDS[kind].label,
    );
    return { ...record, kindLabel: new Intl.ListFormat("en-NZ").format(labels) };
  });
}

type Row = Prisma.VariationGetPayload<object>;

/** Everybody is named as they were called when they acted. */
function toRecord(
  actor: Actor,
  row: Row,
  nameOf: (id: string, at: Date) => string,
): Omit<VariationRecord, "kindLabel"> {
  const { id, number, kind, state, reason, askedAt, confirmedById, confirmedAt, decidedById, decidedAt, answer } = row;
  const isMfat = actor.side === "MFAT";
  const proposed = readTerms(kind, row.proposed);
  const forName = isMfat && row.forId && decidedAt ? nameOf(row.forId, decidedAt) : null;
  const asAgency = (name: string) => nameFor(actor, { name, side: "AGENCY", agency: { name: row.agencyName } });
  const asMfat = (name: string) => nameFor(actor, { name, side: "MFAT", agency: null });
  // An agency cancels, and MFAT decides.
  const decider = state === "CANCELLED" ? asAgency : asMfat;
  return {
    id,
    number,
    kind,
    kinds: kindsOf(proposed),
    state,
    reason,
    answer,
    current: readTerms(kind, row.current),
    proposed,
    asked: { by: asAgency(row.askerName), at: askedAt },
    confirmed:
      isMfat && confirmedById && confirmedAt ? { by: nameOf(confirmedById, confirmedAt), at: confirmedAt } : null,
    decided:
      decidedById && decidedAt
        ? {
            by: decidedBy(decider(nameOf(decidedById, decidedAt)), forName),
            at: decidedAt,
            delegationCents: isMfat ? row.delegationCents : null,
            forName,
          }
        : null,
  };
}

const REGISTERED = {
  id: true,
  number: true,
  kind: true,
  state: true,
  current: true,
  proposed: true,
  askedAt: true,
  decidedAt: true,
  arrangement: {
    select: {
      application: {
        select: { reference: true, title: true, marking: true, agency: { select: { name: true, abbreviation: true } } },
      },
    },
  },
} satisfies Prisma.VariationSelect;

type RegisterRow = Prisma.VariationGetPayload<{ select: typeof REGISTERED }>;

const toRegistered = ({ current, proposed, arrangement, ...row }: RegisterRow): RegisteredVariation => ({
  ...row,
  application: arrangement.application,
  current: readTerms(row.kind, current),
  proposed: readTerms(row.kind, proposed),
  kinds: kindsOf(readTerms(row.kind, proposed)),
});

/** A kind also finds the variations that ask for it among other changes. */
function ofKind(kind: string): Prisma.VariationWhereInput {
  if (kind === "TIME") return { proposed: { path: ["endsOn"], not: Prisma.AnyNull } };
  return kind === "SCOPE" ? { proposed: { path: ["scope"], not: Prisma.AnyNull } } : { kind: kind as VariationKind };
}

const registerWhere = (
  actor: MfatActor,
  { state, kind, agency, officer }: RegisterFilter,
): Prisma.VariationWhereInput => ({
  ...(state && { state: state === "OPEN" ? { in: OPEN_VARIATION } : (state as VariationState) }),
  ...(kind && ofKind(kind)),
  arrangement: {
    application: { AND: [listedTo(actor), agency ? { agencyId: agency } : {}, lookedAfterBy(officer, actor.personId)] },
  },
});

const PAGE = 50;

/** All variations of the fund, a page at a time. `after`: what `next` of the page before was. */
export async function listRegister(
  actor: MfatActor,
  filter: RegisterFilter,
  after = "",
): Promise<{ rows: RegisteredVariation[]; next: string | null; count: number }> {
  permit(actor, "variation:read");
  const where = registerWhere(actor, filter);
  const [count, found] = await Promise.all([
    db().variation.count({ where, take: ROWS_MAX + 1 }),
    db().variation.findMany({
      where,
      select: REGISTERED,
      ...pageOf<Prisma.VariationOrderByWithRelationInput>(REGISTER_ORDERS, filter.sort, after, PAGE),
    }),
  ]);
  const { rows, next } = pageFound(found, PAGE);
  return { rows: rows.map(toRegistered), next, count };
}

/** The same in full, page by page, for a file. */
export function eachVariation(tx: Tx, actor: MfatActor, filter: RegisterFilter) {
  permit(actor, "variation:read");
  const where = registerWhere(actor, filter);
  return inPages<RegisteredVariation, string>(async (after = "") => {
    const page = pageOf<Prisma.VariationOrderByWithRelationInput>(REGISTER_ORDERS, filter.sort, after, FILE_PAGE);
    const found = await tx.variation.findMany({ where, select: REGISTERED, ...page });
    const { rows, next } = pageFound(found, FILE_PAGE);
    return { rows: rows.map(toRegistered), next };
  });
}

/** The agencies that the list can be narrowed to: those that have an arrangement. */
export async function readRegisterLists(actor: MfatActor, client: Pick<Tx, "$queryRaw"> = db()): Promise<Lists> {
  permit(actor, "variation:read");
  return readMfatFilters(actor, client);
}
