import type { ReactNode } from "react";

export type Column<Row> = {
  header: string;
  /** The cell of a row. "–" stands for nothing. */
  cell: (row: Row) => ReactNode;
  /** Amounts and counts: right-aligned, figures of one width. */
  isNumeric?: boolean;
  /** The column that names the row; the first unless one says so. */
  isRowHeader?: boolean;
  /** What can be done with a row: on a phone its buttons stand without the header, and say it themselves. */
  isAct?: boolean;
  /** Where the rows can be ordered by this column: the page that does, and how they are ordered by it now. */
  sort?: { href: string; now?: "ascending" | "descending" | undefined };
};

type OnPhone = "fit" | "stack" | "scroll";

type TableProps<Row> = {
  /** Says what the rows are; also the name of the scrolling region. */
  caption: ReactNode;
  /** Where a link on the same page leads to the table. */
  id?: string;
  /** For screen readers only, where a heading above the table says the same. */
  hideCaption?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** The last line, a cell for each column, under a heavy rule. */
  total?: readonly ReactNode[];
  /** In place of the rows where there are none. */
  empty?: ReactNode;
  /** On a phone: "stack" (unless told) makes a card of each row; "fit" leaves two or three short columns as they are;
   * "scroll" lets the table, and nothing else, scroll sideways, for figures that have to be compared across. */
  onPhone?: OnPhone;
  /** The region's name for "scroll" where the caption is no plain text. */
  label?: string;
};

/** Rows of one kind of thing. Sorting and paging are the page's. */
export function Table<Row>({ onPhone = "stack", empty, caption, label, ...props }: TableProps<Row>) {
  if (props.rows.length === 0 && empty !== undefined) return <p className="app-empty">{empty}</p>;
  const table = <Grid {...props} caption={caption} onPhone={onPhone} />;
  if (onPhone !== "scroll") return table;
  return (
    <section
      className="app-scroll"
      aria-label={label ?? (typeof caption === "string" ? caption : "Table")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
      tabIndex={0}
    >
      {table}
    </section>
  );
}

type GridProps<Row> = Omit<TableProps<Row>, "empty" | "label"> & { onPhone: OnPhone };

/** The roles are said out loud where CSS makes cards of the rows: browsers forget them with the table's display. */
function Grid<Row>({ id, caption, hideCaption, columns, rows, keyOf, total, onPhone }: GridProps<Row>) {
  const isStacked = onPhone === "stack";
  const role = (name: string) => (isStacked ? { role: name } : {});
  return (
    <table id={id} className={`govuk-table${onPhone === "scroll" ? "" : ` app-${onPhone}`}`} {...role("table")}>
      <caption className={hideCaption ? "govuk-visually-hidden" : "govuk-table__caption"}>{caption}</caption>
      <thead {...role("rowgroup")}>
        <tr {...role("row")}>
          {columns.map((column) => (
            <th
              key={column.header}
              scope="col"
              className={headerClass(column.isNumeric)}
              aria-sort={column.sort?.now}
              {...role("columnheader")}
            >
              {column.sort ? <SortLink {...column.sort} header={column.header} /> : column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...role("rowgroup")}>
        {rows.map((row) => (
          <tr key={keyOf(row)} {...role("row")}>
            {columns.map((column) => (
              <Cell
                key={column.header}
                column={column}
                isRowHeader={column === rowHeaderOf(columns)}
                isStacked={isStacked}
              >
                {column.cell(row)}
              </Cell>
            ))}
          </tr>
        ))}
      </tbody>
      {total && (
        <tfoot {...role("rowgroup")}>
          <tr {...role("row")}>
            {columns.map((column, index) => (
              <Cell key={column.header} column={column} isRowHeader={index === 0} isStacked={isStacked}>
                {total[index]}
              </Cell>
            ))}
          </tr>
        </tfoot>
      )}
    </table>
  );
}

const ARROWS = { ascending: "▲", descending: "▼" };

/** Orders the rows by its column, or the other way round. */
const SortLink = ({ href, now, header }: NonNullable<Column<unknown>["sort"]> & { header: string }) => (
  <a className="app-sort" href={href}>
    {header}
    <span className="app-sort-arrow" aria-hidden="true">
      {now ? ARROWS[now] : "↕"}
    </span>
  </a>
);

const headerClass = (isNumeric?: boolean): string =>
  `govuk-table__header${isNumeric ? " govuk-table__header--numeric" : ""}`;

const rowHeaderOf = <Row,>(columns: readonly Column<Row>[]): Column<Row> | undefined =>
  columns.find((column) => column.isRowHeader) ?? columns[0];

type CellProps<Row> = { column: Column<Row>; isRowHeader: boolean; isStacked: boolean; children: ReactNode };

function Cell<Row>({ column, isRowHeader, isStacked, children }: CellProps<Row>) {
  const className = `govuk-table__cell${column.isNumeric ? " govuk-table__cell--numeric" : ""}`;
  const label = isStacked && !column.isAct ? column.header : undefined;
  if (isRowHeader) {
    return (
      <th scope="row" className={className} data-label={label} role={isStacked ? "rowheader" : undefined}>
        {children}
      </th>
    );
  }
  return (
    <td className={className} data-label={label} role={isStacked ? "cell" : undefined}>
      {children}
    </td>
  );
}
