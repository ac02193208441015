import type { LedgerFilter } from "#lib/budget/ledger/rules.ts";
import { allUnspentHref, ledgerHref, unspentHref } from "#lib/budget/schema.ts";
import { accruedHref } from "#lib/budget/statement/open/rules.ts";
import { type Counter, namedIn, type Statement, type StatementRow } from "#lib/budget/statement/rules.ts";
import { formatYear } from "#lib/platform/money.ts";

type ThenAndNow = { thenCents: bigint; nowCents: bigint };

/** What has changed since a year was closed, in cents. */
export type Changed = ThenAndNow & { name: string; figure: string };

const FIGURE_KINDS: Readonly<Record<string, LedgerFilter["kind"]>> = {
  Envelope: "ADJUST",
  Payments: "PAYMENTS",
  Recovered: "CAME_BACK",
  Paid: "MONEY",
  "Paid less recovered": "MONEY",
};

/**
 * The rows behind a figure that has changed: those of then, those since, or all. The ledger has none of what is accrued: that of
 * then is in the statement, that of now is not paid, and their difference has no rows of its own. Null also where the reader may
 * not know whose it is.
 */
export function changedHref(
  statement: Pick<Statement, "startYear" | "rows">,
  { name, figure, thenCents }: Changed,
  recorded: LedgerFilter["recorded"],
): string | null {
  const { startYear } = statement;
  const { reference, claim } = namedIn(name);
  if (claim) return `/applications/${reference}#claim-${claim}`;
  const isYear = name === formatYear(startYear);
  if (!isYear && !reference) return null;
  if (figure === "Accrued") {
    if (recorded === "SINCE") return null;
    if (recorded === "THEN") return thenCents > 0n ? accruedHref(statement) : null;
    return reference ? unspentHref(startYear, reference) : allUnspentHref(startYear);
  }
  return ledgerHref({ startYear, kind: FIGURE_KINDS[figure] ?? null, reference: isYear ? null : reference, recorded });
}

/** What had come back when the year was closed, and what has by now: of the year and of each initiative, by the key of its row. */
export type Recovered = ReadonlyMap<string, ThenAndNow>;

/**
 * The figures of the year, of its initiatives and of its advances that are not what the closing froze. What was paid and what
 * came back are listed separately, so that neither hides the other. Names stay as they were at closing.
 */
export function changedSince(
  then: readonly StatementRow[],
  now: readonly StatementRow[],
  recovered: Recovered,
): Changed[] {
  const isCompared = ({ section }: StatementRow) => ["YEAR", "INITIATIVE", "ADVANCE"].includes(section);
  const idOf = ({ section, key }: StatementRow) => `${section} ${key}`;
  const byId = (rows: readonly StatementRow[]) => new Map(rows.filter(isCompared).map((row) => [idOf(row), row]));
  const [before, after, rows] = [byId(then), byId(now), byId([...now, ...then])];
  return [...rows].flatMap(([id, { section, key, name }]) => {
    const of = (counter: Counter): ThenAndNow => ({
      thenCents: before.get(id)?.[counter] ?? 0n,
      nowCents: after.get(id)?.[counter] ?? 0n,
    });
    const figures =
      section === "ADVANCE"
        ? [{ figure: "Advance to be accounted for", ...of("paidCents") }]
        : [
            { figure: "Envelope", ...of("envelopeCents") },
            { figure: "Reserved", ...of("reservedCents") },
            { figure: "Committed", ...of("committedCents") },
            ...paidFigures(of("paidCents"), recovered.get(key)),
            { figure: "Accrued", ...of("accruedCents") },
          ];
    return figures.filter(({ thenCents, nowCents }) => thenCents !== nowCents).map((figure) => ({ name, ...figure }));
  });
}

function paidFigures(paid: ThenAndNow, recovered: ThenAndNow | undefined): Omit<Changed, "name">[] {
  if (!recovered) return [{ figure: "Paid", ...paid }];
  const payments = {
    thenCents: paid.thenCents + recovered.thenCents,
    nowCents: paid.nowCents + recovered.nowCents,
  };
  return [
    { figure: "Payments", ...payments },
    { figure: "Recovered", ...recovered },
    { figure: "Paid less recovered", ...paid },
  ];
}
