/** Money is whole cents of New Zealand dollars, GST exclusive. `cents` in a name says so. */

/** 30000000n → "$300,000.00"; a negative amount has a real minus in front: "−$5.00". */
export function formatCents(cents: bigint): string {
  const sign = cents < 0n ? "−" : "";
  const value = cents < 0n ? -cents : cents;
  const dollars = (value / 100n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${sign}$${dollars}.${(value % 100n).toString().padStart(2, "0")}`;
}

/** 30000000n → "300,000.00", as a form's field starts: with a minus that can be typed. */
export const typedCents = (cents: bigint): string => formatCents(cents).replace("$", "").replace("−", "-");
/** 30000000n → "300000.00", as a file holds it. */
export const plainCents = (cents: bigint): string => typedCents(cents).replaceAll(",", "");

/**
 * An amount with its sign and currency. Thousands are grouped in threes, all with commas or all with the same space, or
 * not grouped at all. Spaces, and the zero-width characters that a copied number brings along, may surround the amount
 * but not be inside it.
 */
const AMOUNT =
  /^[\s\p{Cf}]*([-−]?)[\s\p{Cf}]*(?:NZ\$|NZD|\$)?[\s\p{Cf}]*(\d+|[1-9]\d{0,2}([,\p{Zs}])\d{3}(?:\3\d{3})*)(?:\.(\d\d?))?[\s\p{Cf}]*(?:NZ\$|NZD)?[\s\p{Cf}]*$/iu;
/** Longer than any amount with its surroundings. */
const CHARS_MAX = 100;

export const CENTS_MAX = 100_000_000_000n; // a thousand million dollars: far above any envelope, far below the limit of a bigint

/**
 * "−$300,000" → -30000000n, however large; null where the text is not an amount in dollars and cents, or is two of
 * them.
 */
export function readCents(text: string): bigint | null {
  const [, minus, dollars = "", , cents = ""] = (text.length <= CHARS_MAX && AMOUNT.exec(text)) || [];
  if (!dollars) return null;
  const value = BigInt(dollars.replace(/\D/g, "") + cents.padEnd(2, "0"));
  return minus ? -value : value;
}

/** "$300,000" → 30000000n; null where it is not an amount, or is negative or absurdly large. */
export function parseCents(text: string): bigint | null {
  const cents = readCents(text);
  return cents !== null && cents >= 0n && cents <= CENTS_MAX ? cents : null;
}

export const lesserOf = (one: bigint, other: bigint): bigint => (one < other ? one : other);
export const greaterOf = (one: bigint, other: bigint): bigint => (one > other ? one : other);

export const sumCents = (amounts: Iterable<bigint>): bigint => {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};

/** 2026 → "2026/27". */
export const formatYear = (startYear: number): string =>
  `${startYear}/${String((startYear + 1) % 100).padStart(2, "0")}`;

/** "$2.7M", "$500k", "$80": for charts, next to a table that has the exact amounts. `cents` may be a chart's number. */
export function shortCents(cents: bigint | number): string {
  const dollars = Math.round(Number(cents) / 100);
  if (dollars >= 1_000_000) return `$${Number((dollars / 1_000_000).toFixed(2))}M`;
  return dollars >= 1_000 ? `$${Math.round(dollars / 1_000)}k` : `$${dollars}`;
}
