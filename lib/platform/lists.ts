import { DomainError } from "./errors.ts";

/** The lists from which somebody opens what stands in them and comes back, by what they are called. */
export const LIST_NAMES = {
  "/applications": "Applications",
  "/budget/claims": "Claims",
  "/reports": "Reports",
  "/variations": "Variations",
} as const;
export type ListPath = keyof typeof LIST_NAMES;
export const LISTS = Object.keys(LIST_NAMES) as ListPath[];
export const isList = (path: string): path is ListPath => Object.hasOwn(LIST_NAMES, path);

/** The cookie that holds how a list was narrowed and ordered last, until the browser is closed or somebody signs in. */
export const listCookie = (path: string): string => `list${path.replaceAll("/", ".")}`;
/** The cookie that holds which of them was seen last. */
export const LAST_LIST = "list";

/** How many rows of a list are counted and go into one file: what a page costs does not grow with the fund. */
export const ROWS_MAX = 10_000;

/** "1 claim", "12 claims", "More than 10,000 claims": `count` is counted to one more than ROWS_MAX. */
export const countInWords = (count: number, row: string): string =>
  count > ROWS_MAX
    ? `More than ${ROWS_MAX.toLocaleString("en-NZ")} ${row}s`
    : `${count.toLocaleString("en-NZ")} ${row}${count === 1 ? "" : "s"}`;

export const TOO_MANY_ROWS = `These are more than ${ROWS_MAX.toLocaleString("en-NZ")} rows, too many for one file. Filter the list to download it.`;

/** The rows of a file, which were read to one more than ROWS_MAX. @throws INVALID where there are more */
export function fitting<Row>(rows: Row[]): Row[] {
  if (rows.length > ROWS_MAX) throw new DomainError("INVALID", TOO_MANY_ROWS);
  return rows;
}
