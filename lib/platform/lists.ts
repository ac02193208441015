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

/** How many rows of a list are counted: what a page costs does not grow with the fund. */
export const ROWS_MAX = 10_000;

/** How many rows one file takes: spreadsheets have hardly more. */
export const FILE_ROWS_MAX = 1_000_000;

/** "1 claim", "12 claims", "More than 10,000 claims": `count` is counted to one more than `most`. */
export const countInWords = (count: number, row: string, most = ROWS_MAX): string =>
  count > most ? `More than ${rowsInWords(most, row)}` : rowsInWords(count, row);

/** "1 claim", "12,000 claims": all of them. */
export const rowsInWords = (count: number, row: string): string =>
  `${count.toLocaleString("en-NZ")} ${row}${count === 1 ? "" : "s"}`;

export const TOO_MANY_ROWS = `These are more than ${FILE_ROWS_MAX.toLocaleString("en-NZ")} rows, too many for one file. Filter the list to download it.`;

/** How many rows of a file are read at once. */
export const FILE_PAGE = 250;

/** A page of `rows` rows of what was read to one more, and the last row's id where another page follows. */
export function pageFound<Row extends { id: string }>(found: readonly Row[], rows: number) {
  const page = found.slice(0, rows);
  return { rows: page, next: found.length > rows ? (page.at(-1)?.id ?? null) : null };
}

/** A list from its beginning to its end, page by page; `read` reads the page after what `next` of the page before was. */
export async function* inPages<Row, Next>(
  read: (after: Next | undefined) => Promise<{ rows: readonly Row[]; next: Next | null }>,
): AsyncGenerator<readonly Row[]> {
  let after: Next | undefined;
  do {
    const { rows, next } = await read(after);
    yield rows;
    after = next ?? undefined;
  } while (after !== undefined);
}
