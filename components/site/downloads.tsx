import { countInWords } from "#lib/platform/lists.ts";
import { SHEET_FORMATS } from "#lib/platform/sheet.ts";

type DownloadsProps = {
  /** Where the list's export is: the format and the query come after it. */
  path: string;
  /** The list's own filters, as they stand in its address. */
  query: string;
  /** To one more than `most`, where that is given. */
  count: number;
  most?: number;
};

/** Everything that a list finds, as a CSV and as an XLSX: two items of a list of links. */
export function Downloads({ path, query, count, most }: DownloadsProps) {
  return SHEET_FORMATS.map((format) => (
    <li key={format}>
      <a href={`${path}/${format}${query && `?${query}`}`} download>
        Download {format.toUpperCase()}, {countInWords(count, "row", most).replace("More", "more")}
      </a>
    </li>
  ));
}
