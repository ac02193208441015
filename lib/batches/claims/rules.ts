import { formatCents, sumCents } from "#lib/platform/money.ts";
import { byName } from "#lib/platform/text.ts";

type Amounts = {
  startYear: number;
  cents: bigint;
  gstCents: bigint | null;
  application: { agency: { name: string } };
};

/** What one agency claims for one financial year. */
export type ClaimsTotal = { agency: string; startYear: number; count: number; cents: bigint; gstCents: bigint | null };

/** The GST of several claims; null where that of one is not known. */
export function sumGst(claims: readonly Pick<Amounts, "gstCents">[]): bigint | null {
  const known = claims.flatMap(({ gstCents }) => gstCents ?? []);
  return known.length < claims.length ? null : sumCents(known);
}

/** "$15.00"; "–" where it is not known. */
export const formatGst = (cents: bigint | null): string => (cents === null ? "–" : formatCents(cents));

/** Claims added up for each agency and financial year, by the agency's name, the earlier year first. */
export function claimsTotals(claims: readonly Amounts[]): ClaimsTotal[] {
  const groups = Map.groupBy(claims, ({ application, startYear }) => `${startYear} ${application.agency.name}`);
  return [...groups.values()]
    .flatMap((group) =>
      group.slice(0, 1).map(({ application, startYear }) => ({
        agency: application.agency.name,
        startYear,
        count: group.length,
        cents: sumCents(group.map(({ cents }) => cents)),
        gstCents: sumGst(group),
      })),
    )
    .sort((one, other) => byName(one.agency, other.agency) || one.startYear - other.startYear);
}
