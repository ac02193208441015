// The model of years (year-model.ts) and the real fund, described in the same lines.
import { expect } from "vitest";
import { readStatement } from "#lib/budget/statement/queries.ts";
import { readYearEnd } from "#lib/budget/years/queries.ts";
import { shortOf as shortOfLine } from "#lib/budget/years/rules.ts";
import { standingPayments } from "#lib/payments/lines/rules.ts";
import { readClaims } from "#lib/payments/queries.ts";
import { stageOfClaim } from "#lib/payments/rules.ts";
import { db } from "#lib/platform/db.ts";
import { sumCents } from "#lib/platform/money.ts";
import { dayAt } from "./year-days.ts";
import { before, contributor, DAY_MS, known, officers } from "./year-fund.ts";
import { backOf, leftOf, type Model, shortOf, standing, waitingOf } from "./year-model.ts";

type Row = readonly (string | number | boolean | bigint | null)[];
/** In lines, so that a difference is readable. */
const lines = (rows: readonly Row[]): string[] => rows.map((row) => row.map(String).join(" ")).sort();

export function seenIn(model: Model): string[] {
  return lines([
    ...Object.entries(model.years).map(([year, one]): Row => {
      const { envelope, reserved, committed, paid, cutoff, isClosed } = one;
      return ["year", year, envelope, reserved, committed, paid, cutoff, isClosed];
    }),
    ...model.initiatives.flatMap((one, index): Row[] => [
      ["initiative", index, one.isProposal && one.isRecommended, one.revision],
      ...Object.entries(one.years)
        .filter(([, { reserved, committed, paid }]) => reserved || committed || paid)
        .map(([year, { reserved, committed, paid }]): Row => ["holds", index, year, reserved, committed, paid]),
      ...one.claims.map((claim, at): Row => {
        const { year, cents, state, decidedOn } = claim;
        const days = standing(claim.payments).map(({ on, cents: paid }) => `${on}:${paid}`);
        return ["claim", index, at + 1, year, cents, state, decidedOn, backOf(claim), days.sort().join()];
      }),
    ]),
    ...model.changes.map(({ token, state, cents }): Row => ["change", token, state, cents]),
    // Everything that a closed year has not paid is accrued.
    ...Object.entries(model.statements).flatMap(([year, rows]) =>
      rows.map(({ of, committed, paid }): Row => ["statement", year, of, committed, paid, committed - paid]),
    ),
  ]);
}

export async function seenInDatabase(): Promise<string[]> {
  const ids = known.map(({ id }) => id);
  const at = (id: string) => ids.indexOf(id);
  const [years, applications, funding, claims, changes, statements] = await Promise.all([
    db().financialYear.findMany(),
    db().application.findMany({ where: { id: { in: ids } }, select: { id: true, state: true, revision: true } }),
    db().applicationFunding.findMany({ where: { applicationId: { in: ids } } }),
    db().claim.findMany({ where: { applicationId: { in: ids } }, include: { lines: true } }),
    // One command both asks for and confirms a step in a closed year.
    db().changeRequest.findMany({ where: { id: { notIn: before.changes }, kind: { not: "STEP" } } }),
    db().statementRow.findMany({
      where: { section: { in: ["YEAR", "INITIATIVE"] }, startYear: { notIn: before.closed } },
    }),
  ]);
  return lines([
    ...years.map((one): Row => {
      const cutoff = one.cutoffOn && one.cutoffOn.getTime() / DAY_MS;
      const sums = [one.envelopeCents, one.reservedCents, one.committedCents, one.paidCents];
      return ["year", one.startYear, ...sums, cutoff, one.closedAt !== null];
    }),
    ...applications.map(({ id, state, revision }): Row => ["initiative", at(id), state === "BUDGET_CHECK", revision]),
    ...funding
      .filter(({ reservedCents, committedCents, paidCents }) => reservedCents || committedCents || paidCents)
      .map((one): Row => {
        const { applicationId, startYear, reservedCents, committedCents, paidCents } = one;
        return ["holds", at(applicationId), startYear, reservedCents, committedCents, paidCents];
      }),
    ...claims.map(({ applicationId, number, startYear, cents, decidedAt, lines: paid, ...claim }): Row => {
      const days = standingPayments(paid).map((line) => `${line.paidOn.getTime() / DAY_MS}:${line.cents}`);
      const own = [startYear, cents, stageOfClaim(claim), decidedAt ? dayAt(decidedAt.getTime()) : 0, claim.backCents];
      return ["claim", at(applicationId), number, ...own, days.sort().join()];
    }),
    ...changes.map(({ reason, state, appliedAt, cents }): Row => {
      const isWaiting = state === "CONFIRMED" && appliedAt === null;
      return ["change", reason, isWaiting ? "WAITS" : state === "CONFIRMED" ? "APPLIED" : state, cents ?? 0n];
    }),
    ...statements.map(({ startYear, section, key, committedCents, paidCents, accruedCents }): Row => {
      return ["statement", startYear, section === "YEAR" ? "year" : at(key), committedCents, paidCents, accruedCents];
    }),
  ]);
}

/**
 * What people read agrees with the model: what remains to be claimed, and what has to be settled before a year closes.
 */
export async function expectRead(model: Model): Promise<void> {
  for (const [index, { id }] of known.entries()) {
    const { years } = await readClaims(contributor, id);
    const left = years.map(({ startYear, leftCents }): Row => [index, startYear, leftCents]);
    expect(left).toEqual(years.map(({ startYear }): Row => [index, startYear, leftOf(model, index, startYear)]));
  }
  for (const year of Object.keys(model.years).map(Number)) {
    const { reserved, unspent, waiting } = await readYearEnd(officers[0], year);
    const short = unspent.map((line) => ({ id: line.applicationId, cents: shortOfLine(line) }));
    expect([year, sumCents(reserved.map(({ reservedCents }) => reservedCents)), waiting]).toEqual([
      year,
      model.years[year]?.reserved,
      waitingOf(model, year).length,
    ]);
    for (const [index, { id }] of known.entries()) {
      const cents = short.find((one) => one.id === id)?.cents ?? 0n;
      expect([year, index, cents]).toEqual([year, index, shortOf(model, index, year)]);
    }
  }
}

/** The statement of a year, as it is now. */
export const statementOf = async (year: number): Promise<string> =>
  JSON.stringify(await readStatement(officers[0], year), (_, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
