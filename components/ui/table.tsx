import type { ReactNode } from "react";

export type Column<Row> = {
  header: string;
  /** The cell of a row. "–" means nothing. */
  cell: (row: Row) => ReactNode;
  /** Amounts and counts: right-aligned, with digits of equal width. */
  isNumeric?: boolean;
  /** The column that names the row; by default the first. */
  isRowHeader?: boolean;
  /**
   * What can be done with a row. On a phone its buttons are shown without the header, so they must be clear on their
   * own.
   */
  isAct?: boolean;
  /** Where the rows can be ordered by this column: the link that does so, and how they are ordered now. */
  sort?: { href: string; now?: "ascending" | "descending" | undefined };
};

type OnPhone = "fit" | "stack" | "scroll";

type TableProps<Row> = {
  /** What the rows are; also the name of the scrolling region. */
  caption: ReactNode;
  /** The id by which a link on the same page leads to the table. */
  id?: string;
  /** Only for screen readers, where a heading above the table says the same. */
  hideCaption?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** The last line: a cell for each column, under a heavy rule. */
  total?: readonly ReactNode[];
  /** Shown instead of the rows where there are none. */
  empty?: ReactNode;
  /**
   * On a phone: "stack" (default) turns each row into a card; "fit" leaves two or three narrow columns as they are;
   * "scroll" lets only the table scroll sideways, for figures that must be compared across.
   */
  onPhone?: OnPhone;
  /** The region's name for "scroll" where the caption is not plain text. */
  label?: string;
};

/** Rows of one kind of thing. The page does the sorting and paging. */
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

/** The roles are explicit where CSS turns the rows into cards: browsers drop them when the table's display changes. */
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

/** Orders the rows by its column, or reverses the order. */
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
