import { ROWS_MAX, TOO_MANY_ROWS } from "#lib/platform/lists.ts";
import { SHEET_FORMATS } from "#lib/platform/sheet.ts";

type DownloadsProps = {
  /** Where the list's export is: the format and the query come after it. */
  path: string;
  /** The list's own filters, as they stand in its address. */
  query: string;
  count: number;
  /** Whether its rows are counted to one more than ROWS_MAX, and more are no file. */
  isBounded?: boolean;
};

/** Everything that a list finds, as a CSV and as an XLSX: two items of a list of links. */
export function Downloads({ path, query, count, isBounded = false }: DownloadsProps) {
  if (isBounded && count > ROWS_MAX) return <li>{TOO_MANY_ROWS}</li>;
  return SHEET_FORMATS.map((format) => (
    <li key={format}>
      <a href={`${path}/${format}${query && `?${query}`}`} download>
        Download {format.toUpperCase()}, {count.toLocaleString("en-NZ")} {count === 1 ? "row" : "rows"}
      </a>
    </li>
  ));
}
