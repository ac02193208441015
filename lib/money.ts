/** Money is whole cents of New Zealand dollars, GST exclusive. `cents` in a name says so. */

/** 30000000n → "$300,000.00"; a debt has its minus before the sign: "-$5.00". */
export function formatCents(cents: bigint): string {
  const sign = cents < 0n ? "-" : "";
  const value = cents < 0n ? -cents : cents;
  const dollars = (value / 100n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${sign}$${dollars}.${(value % 100n).toString().padStart(2, "0")}`;
}

/** 30000000n → "300000.00", as a form's field holds it. */
export const plainCents = (cents: bigint): string => formatCents(cents).replace(/[$,]/g, "");

const AMOUNT = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?$/;
export const CENTS_MAX = 100_000_000_000n; // a thousand million dollars: far above any envelope, far below a bigint's end

/** "$300,000" → 30000000n; null where the text is no amount in dollars and cents, is negative, or absurdly large. */
export function parseCents(text: string): bigint | null {
  const match = AMOUNT.exec(
    text
      .trim()
      .replace(/^(?:NZ)?\$\s*/i, "")
      .replace(/\s+/g, ""),
  );
  if (!match) return null;
  const [, dollars = "", cents = ""] = match;
  if (dollars.length > 15) return null;
  const value = BigInt(dollars.replaceAll(",", "")) * 100n + BigInt(cents.padEnd(2, "0"));
  return value <= CENTS_MAX ? value : null;
}

export const sumCents = (amounts: Iterable<bigint>): bigint => {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};

/** 2026 → "2026/27". */
export const formatYear = (startYear: number): string =>
  `${startYear}/${String((startYear + 1) % 100).padStart(2, "0")}`;

/** "$2.7M", "$500k", "$80": for charts, where the table beside them says it to the cent. `cents` may be a chart's number. */
export function shortCents(cents: bigint | number): string {
  const dollars = Math.round(Number(cents) / 100);
  if (dollars >= 1_000_000) return `$${Number((dollars / 1_000_000).toFixed(2))}M`;
  return dollars >= 1_000 ? `$${Math.round(dollars / 1_000)}k` : `$${dollars}`;
}
