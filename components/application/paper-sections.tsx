import { List } from "#components/ui/list.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import type { PaperItem, PaperSection, PaperTable } from "#lib/platform/paper.ts";
import { Lines } from "./answers.tsx";

/** The sections of a Paper as a page. */
export function PaperSections({ sections }: { sections: readonly PaperSection[] }) {
  return sections.map(({ title, anchor, items }) => (
    <section key={title} id={anchor} className="app-section app-paper">
      {title !== null && <h2>{title}</h2>}
      {runsOf(items).map((run) => (
        <Run key={keyOf(run[0])} run={run} />
      ))}
    </section>
  ));
}

/** Consecutive answers form one list; everything else is rendered separately. */
function runsOf(items: readonly PaperItem[]): [PaperItem, ...PaperItem[]][] {
  const runs: [PaperItem, ...PaperItem[]][] = [];
  for (const item of items) {
    const before = runs.at(-1);
    if (before?.[0].kind === "answer" && item.kind === "answer") before.push(item);
    else runs.push([item]);
  }
  return runs;
}

function keyOf(item: PaperItem): string {
  if (item.kind === "paragraph") return item.text;
  return item.kind === "list" ? item.items.join() : item.label;
}

function Run({ run }: { run: [PaperItem, ...PaperItem[]] }) {
  const [first] = run;
  if (first.kind === "paragraph") return <p>{first.text}</p>;
  if (first.kind === "table") return <Rows table={first} />;
  if (first.kind === "list") return <List items={first.items} isNumbered={first.isNumbered} />;
  const answers = run.filter((item) => item.kind === "answer");
  return (
    <SummaryList
      rows={answers.map(({ label, lines, href }) => ({
        key: label,
        value: href ? (
          <a href={href}>
            <Lines lines={lines} />
          </a>
        ) : (
          <Lines lines={lines} />
        ),
      }))}
    />
  );
}

type Line = { cells: readonly string[]; index: number };

const linked = (text: string | undefined, href: string | null | undefined) =>
  href ? (
    <a key={href} href={href}>
      {text}
    </a>
  ) : (
    text
  );

function Rows({ table: { label, columns, rows, links, total } }: { table: PaperTable }) {
  return (
    <Table
      caption={label}
      onPhone={columns.some(({ isNumeric }) => isNumeric) ? "scroll" : "stack"}
      rows={rows.map((cells, index) => ({ cells, index }))}
      keyOf={({ index }: Line) => String(index)}
      columns={columns.map(({ header, isNumeric }, column) => ({
        header,
        isNumeric,
        cell: ({ cells, index }: Line) => {
          const text = linked(cells[column], links?.[index]?.[column]);
          return isNumeric ? text : <span className="app-line">{text}</span>;
        },
      }))}
      {...(total && { total: total.map((text, column) => linked(text, links?.[rows.length]?.[column])) })}
    />
  );
}
