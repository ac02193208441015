import { createHash } from "node:crypto";
import { namesOf } from "#lib/budget/ledger/queries.ts";
import type { Named } from "#lib/budget/ledger/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { nameOn } from "#lib/lifecycle/queries.ts";
import { financialYearOf, parseDay, yearEndsOn } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { experienceOf, type KnownMoney, knownOn, type MoneyFacts } from "./known/rules.ts";
import {
  assumptionsOf,
  byUnspent,
  type Expectation,
  FORECAST_MAX,
  type ForecastInitiative,
  type ForecastLine,
  forecastLines,
  type Method,
  OTHERS,
  OTHERS_EVENLY,
} from "./rules.ts";
import { betterMethod, type Trial, tryMethods } from "./trial/rules.ts";

/** How many finished years a forecast learns from and is tried on. */
const FINISHED_YEARS = 5;

const dayIn = (column: string): Prisma.Sql => Prisma.raw(`(${column} AT TIME ZONE 'Pacific/Auckland')::date`);

type Row = {
  applicationId: string;
  startYear: number;
  moved: { knownOn: string; on: string; reserved: string; committed: string; paid: string }[];
  claims: {
    cents: string;
    claimedOn: string;
    approvedOn: string | null;
    endedOn: string | null;
    paidOn: string | null;
    paymentKnownOn: string | null;
  }[];
  plans: { knownOn: string; answers: Record<string, string> }[];
  startsOn: Date | null;
  endsOn: Date | null;
  formerEnds: { changedOn: string; endsOn: string }[];
};

/**
 * What forecasts are made of and tried on, in one statement: by day, the money of the largest initiatives of each year and of
 * those that a budget officer has noted something about. Each is found by an index, so that it costs the same however much
 * the fund has done.
 */
export async function listMoneyFacts(
  actor: MfatActor,
  today: Date,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<MoneyFacts[]> {
  permit(actor, "budget:read");
  const rows = await client.$queryRaw<Row[]>`
    WITH held AS (
      SELECT f."applicationId", f."startYear"
      FROM "FinancialYear" y CROSS JOIN LATERAL (
        SELECT "applicationId", "startYear" FROM "ApplicationFunding" WHERE "startYear" = y."startYear"
        ORDER BY "reservedCents" + "committedCents" DESC, "applicationId" LIMIT ${FORECAST_MAX}) f
      WHERE y."startYear" >= ${financialYearOf(today) - FINISHED_YEARS}
      UNION SELECT "applicationId", "startYear" FROM "Expectation" WHERE "startYear" >= ${financialYearOf(today)}
    )
    SELECT h."applicationId", h."startYear", m.moved,
      (SELECT r."startsOn" FROM "Arrangement" r WHERE r."applicationId" = h."applicationId") AS "startsOn",
      (SELECT r."endsOn" FROM "Arrangement" r WHERE r."applicationId" = h."applicationId") AS "endsOn", coalesce(c.claims, '[]') AS claims,
      coalesce(v.plans, '[]') AS plans, coalesce(e.ends, '[]') AS "formerEnds"
    FROM held h
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_object('knownOn', "knownOn", 'on', "on", 'reserved', reserved::text,
        'committed', committed::text, 'paid', paid::text) ORDER BY "knownOn", "on") AS moved
      FROM (
        SELECT ${dayIn("at")} AS "knownOn", coalesce("effectiveOn", ${dayIn("at")}) AS "on",
          sum("reservedCents") AS reserved, sum("committedCents") AS committed, sum("paidCents") AS paid
        FROM "LedgerEntry" l WHERE l."applicationId" = h."applicationId" AND l."startYear" = h."startYear"
        GROUP BY 1, 2) days
    ) m
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('cents', p.cents::text,
        'claimedOn', ${dayIn('c."claimedAt"')},
        'approvedOn', CASE WHEN c.state IN ('APPROVED', 'PART_PAID', 'PAID', 'RECOVERED') THEN ${dayIn('c."decidedAt"')} END,
        'endedOn', CASE WHEN c.state IN ('RETURNED', 'CANCELLED') THEN ${dayIn('c."decidedAt"')} END,
        'paidOn', p."paidOn", 'paymentKnownOn', ${dayIn('p."recordedAt"')}) ORDER BY c.number) AS claims
      FROM "Claim" c CROSS JOIN LATERAL (
        -- Each part that was paid, and what is open.
        SELECT l.cents, l."paidOn", l."recordedAt" FROM "PaymentLine" l WHERE l."claimId" = c.id AND NOT l."isCredit"
          AND l."reversesId" IS NULL AND NOT EXISTS (SELECT FROM "PaymentLine" b WHERE b."reversesId" = l.id)
        UNION ALL SELECT c.cents - c."paidCents", NULL, NULL WHERE c."paidCents" < c.cents) p
      WHERE c."applicationId" = h."applicationId" AND c."startYear" = h."startYear"
    ) c ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('knownOn', ${dayIn('"certifiedAt"')}, 'answers', (
        SELECT json_object_agg(name, answer) FROM jsonb_each_text(answers->'activities') one(name, answer)
        WHERE name ~ '^activities[.][0-9]+[.]byOn-(day|month|year)$')) ORDER BY number) AS plans
      FROM "ApplicationVersion" v WHERE v."applicationId" = h."applicationId"
    ) v ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('changedOn', ${dayIn('"decidedAt"')},
        'endsOn', current->>'endsOn') ORDER BY number) AS ends
      FROM "Variation" n WHERE n."applicationId" = h."applicationId" AND proposed -> 'endsOn' IS NOT NULL
        AND state = 'APPROVED'
    ) e ON true
    WHERE m.moved IS NOT NULL
    ORDER BY h."startYear", h."applicationId"`;
  return rows.map(readFacts);
}

/** What a year's other initiatives hold: the year's counters, less what these do. */
async function sumOthers(
  client: Pick<Tx, "$queryRaw">,
  startYear: number,
  known: readonly KnownMoney[],
): Promise<KnownMoney | null> {
  if (known.length < FORECAST_MAX) return null;
  const ids = known.map(({ applicationId }) => applicationId);
  const [others] = await client.$queryRaw<Pick<KnownMoney, "reservedCents" | "committedCents" | "paidCents">[]>`
    SELECT (y."reservedCents" - sum(f."reservedCents"))::bigint AS "reservedCents",
      (y."committedCents" - sum(f."committedCents"))::bigint AS "committedCents",
      (y."paidCents" - sum(f."paidCents"))::bigint AS "paidCents"
    FROM "FinancialYear" y JOIN "ApplicationFunding" f USING ("startYear")
    WHERE y."startYear" = ${startYear} AND f."applicationId" = ANY(${ids}::uuid[]) GROUP BY y."startYear"`;
  return others
    ? { ...others, applicationId: OTHERS, startYear, claims: [], plannedOn: [], startsOn: null, endsOn: null }
    : null;
}

const day = (text: string): Date => new Date(`${text.slice(0, 10)}T00:00:00Z`);
const dayOrNone = (text: string | null): Date | null => (text === null ? null : day(text));

const readFacts = ({ moved, claims, plans, formerEnds, ...rest }: Row): MoneyFacts => ({
  ...rest,
  moved: moved.map(({ knownOn, on, reserved, committed, paid }) => ({
    knownOn: day(knownOn),
    on: day(on),
    reservedCents: BigInt(reserved),
    committedCents: BigInt(committed),
    paidCents: BigInt(paid),
  })),
  claims: claims.map(({ cents, claimedOn, approvedOn, endedOn, paidOn, paymentKnownOn }) => ({
    cents: BigInt(cents),
    claimedOn: day(claimedOn),
    approvedOn: dayOrNone(approvedOn),
    endedOn: dayOrNone(endedOn),
    paidOn: dayOrNone(paidOn),
    paymentKnownOn: dayOrNone(paymentKnownOn),
  })),
  plans: plans.map(({ knownOn, answers }) => ({ knownOn: day(knownOn), days: milestoneDays(answers ?? {}) })),
  formerEnds: formerEnds.map(({ changedOn, endsOn }) => ({ changedOn: day(changedOn), endsOn: day(endsOn) })),
});

/** As they were typed: a month may be a name, and a day that does not exist is none. */
function milestoneDays(answers: Readonly<Record<string, string>>): Date[] {
  const rows = new Set(Object.keys(answers).map((name) => name.replace(/-\w+$/, "")));
  const part = (row: string, which: string) => (answers[`${row}-${which}`] ?? "").trim();
  return [...rows].flatMap((row) => parseDay(part(row, "day"), part(row, "month"), part(row, "year")) ?? []);
}

/** The newest note for each initiative of a year. */
const listExpectations = (client: Pick<Tx, "$queryRaw">, startYear: number): Promise<Expectation[]> =>
  client.$queryRaw<Expectation[]>`
    SELECT DISTINCT ON (e."applicationId") e."applicationId", e.cents, e.note, ${nameOn(Prisma.sql`e."notedById"`, Prisma.sql`e.at`)} AS "notedBy", e.at
    FROM "Expectation" e
    WHERE e."startYear" = ${startYear}
    ORDER BY e."applicationId", e.at DESC, e.id DESC`;

export type Forecast = {
  method: Method;
  /** How both methods did in the finished years; null if none of them had enough payments. */
  trial: Trial | null;
  assumptions: readonly string[];
  lines: readonly ForecastLine[];
};

/** What was tried last, by all that it was made of. */
let lastTried: { of: string; trial: Trial | null } | undefined;

/** The trial is the same as long as the facts of the finished years are: it is made anew once one of them is another. */
function triedOnce(facts: readonly MoneyFacts[], today: Date): Trial | null {
  const finished = facts.filter(({ startYear }) => yearEndsOn(startYear) < today);
  const all = JSON.stringify([today, finished], (_, value) => (typeof value === "bigint" ? `${value}` : value));
  const of = createHash("sha256").update(all).digest("base64");
  if (lastTried?.of !== of) lastTried = { of, trial: tryMethods(finished, today) };
  return lastTried.trial;
}

/**
 * The forecast of a year: by the method that has missed by less in the finished years, with what
 * budget officers expect. The one query behind chart, table, initiatives and file.
 */
export async function getForecast(
  actor: MfatActor,
  startYear: number,
  today: Date,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<Forecast> {
  const facts = await listMoneyFacts(actor, today, client);
  const expectations = await listExpectations(client, startYear);
  const trial = triedOnce(facts, today);
  const method = betterMethod(trial);
  const experience = experienceOf(facts, startYear, today);
  const known = facts.filter((one) => one.startYear === startYear).map((one) => knownOn(one, today));
  const others = await sumOthers(client, startYear, known);
  return {
    method,
    trial,
    assumptions: [...assumptionsOf(method, experience), ...(others ? [OTHERS_EVENLY] : [])],
    lines: [
      ...forecastLines({ known, startYear, today, method, experience, expectations }),
      ...(others ? forecastLines({ known: [others], startYear, today, method: "even", experience }) : []),
    ],
  };
}

/**
 * The same forecast by initiative: those of which most stays unspent first. `lines`: all of them, those too that have money reserved
 * and nothing committed.
 */
export async function listForecast(
  actor: MfatActor,
  startYear: number,
  today: Date,
  client: Pick<Tx, "$queryRaw" | "application"> = db(),
): Promise<Forecast & { lines: ForecastInitiative[]; initiatives: ForecastInitiative[] }> {
  const forecast = await getForecast(actor, startYear, today, client);
  const names = await namesOf(
    actor,
    forecast.lines.map(({ applicationId }) => applicationId).filter((id) => id !== OTHERS),
    client,
  );
  const lines = [...forecast.lines]
    .sort(byUnspent)
    .map((line) => ({ ...line, application: names.get(line.applicationId) ?? null }));
  return { ...forecast, lines, initiatives: lines.filter((line) => line.committedCents > line.paidCents) };
}

/** One of those initiatives. @throws NOT_FOUND also where it is not for the reader, and where nothing of it is left to pay */
export async function getForecastInitiative(
  actor: MfatActor,
  startYear: number,
  reference: string,
  today: Date,
): Promise<ForecastInitiative & { application: Named }> {
  const { initiatives } = await listForecast(actor, startYear, today);
  const found = initiatives.find((one) => one.application?.reference === reference);
  if (!found?.application) throw notFound();
  return { ...found, application: found.application };
}

/** Everything that was noted for an initiative of a year, newest first. */
export async function listNotes(actor: MfatActor, startYear: number, applicationId: string): Promise<Expectation[]> {
  permit(actor, "budget:read");
  return db().$queryRaw<Expectation[]>`
    SELECT e."applicationId", e.cents, e.note, ${nameOn(Prisma.sql`e."notedById"`, Prisma.sql`e.at`)} AS "notedBy", e.at
    FROM "Expectation" e
    WHERE e."startYear" = ${startYear} AND e."applicationId" = ${applicationId}::uuid
    ORDER BY e.at DESC, e.id DESC`;
}
