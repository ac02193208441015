import { listCash } from "#lib/budget/cash/queries.ts";
import { cashOf, reconcile } from "#lib/budget/cash/rules.ts";
import { getForecast, listForecast } from "#lib/budget/forecast/queries.ts";
import { forecastYear } from "#lib/budget/forecast/rules.ts";
import { eachEntry } from "#lib/budget/ledger/queries.ts";
import { listMonths, listPositions } from "#lib/budget/queries.ts";
import { joinMonths, type Position, positionOf } from "#lib/budget/rules.ts";
import { ALL_YEARS, ledgerQuery, readHolderFilter, readLedgerFilter } from "#lib/budget/schema.ts";
import { listHolders, listShares } from "#lib/budget/shares/queries.ts";
import { isShareKind } from "#lib/budget/shares/rules.ts";
import { readStatement } from "#lib/budget/statement/queries.ts";
import { statementSheet } from "#lib/budget/statement/rules.ts";
import { listCarryForwards } from "#lib/changes/queries.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { refuseUnknown } from "#lib/form/filters.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { longReading, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { type Keep, passSheet, type Sheet, type SheetRequest } from "#lib/platform/sheet.ts";
import {
  type BudgetList,
  carryForwardSheet,
  cashSheet,
  forecastSheet,
  ledgerSheet,
  monthsSheet,
  reconciliationSheet,
  rowsSheet,
  sharesSheet,
  yearsSheet,
} from "./rules.ts";

type Asked = {
  keep?: Keep | undefined;
  tx: Tx;
  actor: MfatActor;
  positions: readonly Position[];
  position: Position;
  sent: Values;
  at: Date;
};

/**
 * A list of the budget as the page with the same address shows it, all of it, as a file. The audit trail records
 * who downloaded what and how much.
 */
export function exportBudget(
  actor: MfatActor,
  { format, remoteAddress, keep }: SheetRequest,
  list: BudgetList,
  sent: Values,
): Promise<Sheet> {
  permit(actor, "budget:read");
  return longReading(async (tx) => {
    const at = now();
    const positions = await listPositions(actor, tx);
    const asked = text(sent, "year");
    const position = positionOf(positions, asked === ALL_YEARS ? "" : asked, financialYearOf(dayOf(at)));
    if (!position) throw notFound();
    refuseUnknown(sent, { query: KNOWN[list]?.(position.startYear, sent) ?? "year=" });
    const sheet = await MADE[list]({ tx, actor, positions, position, sent, at, keep });
    await recordEvent(tx, {
      event: "budget.exported",
      actor,
      subject: `year:${position.startYear}`,
      data: { list, format, asked: { ...sent }, rows: sheet.count, marking: sheet.marking },
      ...(remoteAddress && { remoteAddress }),
    });
    return sheet;
  });
}

/** What a list knows of an address, where that is more than its year. */
const KNOWN: Partial<Record<BudgetList, (startYear: number, sent: Values) => string>> = {
  shares: () => "year=&by=",
  ledger: (startYear, sent) => ledgerQuery(readLedgerFilter(startYear, sent)),
  rows: (startYear, sent) => {
    const { by, of, counter } = readHolderFilter(startYear, sent);
    return `year=${by ? `&by=&of=${of}` : ""}${counter ? "&counter=" : ""}`;
  },
};

const MADE: Record<BudgetList, (asked: Asked) => Promise<Sheet>> = {
  years: async ({ positions, at }) => yearsSheet(positions, at),
  months: async ({ tx, actor, position, at }) => {
    const { startYear } = position;
    const today = dayOf(at);
    const { lines, assumptions } = await getForecast(actor, startYear, today, tx);
    const months = joinMonths(await listMonths(actor, startYear, today, tx), forecastYear(position, lines, today));
    return monthsSheet(startYear, months, assumptions, at);
  },
  shares: async ({ tx, actor, position: { startYear }, sent, at }) => {
    const by = text(sent, "by") || "agency";
    if (!isShareKind(by)) throw notFound();
    return sharesSheet(startYear, by, await listShares(actor, startYear, by, tx), at);
  },
  rows: async ({ tx, actor, position: { startYear }, sent, at }) => {
    const filter = readHolderFilter(startYear, sent);
    const { share, lines } = await listHolders(actor, filter, tx);
    return rowsSheet(filter, share, lines, at);
  },
  ledger: async ({ tx, actor, position: { startYear }, sent, at, keep }) => {
    const filter = readLedgerFilter(startYear, sent);
    return passSheet(ledgerSheet(filter, at), eachEntry(actor, filter, tx), keep);
  },
  cash: async ({ tx, actor, position: { startYear }, at }) =>
    cashSheet(startYear, cashOf(await listCash(actor, tx), startYear), at),
  reconciliation: async ({ tx, actor, positions, at }) =>
    reconciliationSheet(reconcile(await listCash(actor, tx), positions), at),
  statement: async ({ tx, actor, position: { startYear } }) =>
    statementSheet(await readStatement(actor, startYear, tx)),
  forecast: async ({ tx, actor, position: { startYear }, at }) => {
    const { initiatives, assumptions } = await listForecast(actor, startYear, dayOf(at), tx);
    return forecastSheet(startYear, initiatives, assumptions, at);
  },
  "carry-forward": async ({ tx, actor, sent, at }) => {
    const year = text(sent, "year");
    return carryForwardSheet(await listCarryForwards(actor, year ? Number(year) : undefined, tx), at);
  },
};
