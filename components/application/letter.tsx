import { withReferences } from "#components/site/references.tsx";
import { List } from "#components/ui/list.tsx";
import { partsOf } from "#lib/letters/paper/rules.ts";
import type { PaperItem, PaperTable } from "#lib/platform/paper.ts";

type LetterProps = {
  /** The letter as it was sent, or as it would be sent. */
  letter: string;
  /** The heading level of its subject. */
  level: 1 | 2 | 3;
};

/** A letter as it looks on paper. */
export function Letter({ letter, level }: LetterProps) {
  const { letterhead, head, subject, sections } = partsOf(letter);
  const Subject = `h${level}` as const;
  const Heading = `h${(level + 1) as 2 | 3 | 4}` as const;
  return (
    <div className="app-letter">
      {letterhead.length > 0 && (
        <p className="app-letterhead">
          {letterhead.map(({ text, lang }) => (
            <span key={text} lang={lang}>
              {text}
            </span>
          ))}
        </p>
      )}
      {head.map((block) => (
        <p key={block}>{block}</p>
      ))}
      <Subject className="govuk-heading-m">{withReferences(subject)}</Subject>
      {sections.map(({ title, items }) => (
        <div key={title}>
          {title !== null && <Heading className="govuk-heading-s">{title}</Heading>}
          {items.map((item) => (
            <Item key={JSON.stringify(item)} item={item} />
          ))}
        </div>
      ))}
    </div>
  );
}

type LinksProps = {
  reference: string;
  /** The letter's id, unless it is the latest one. */
  sent?: string;
};

/** A letter on a page of its own, for printing. */
export function LetterLinks({ reference, sent }: LinksProps) {
  const [path, query] = [`/applications/${reference}/letter`, sent ? `?sent=${sent}` : ""];
  return (
    <p className="app-copy-links">
      <a href={`${path}${query}`}>Open the letter to print</a>
      <a href={`${path}/pdf${query}`}>Download the letter (PDF)</a>
    </p>
  );
}

function Item({ item }: { item: PaperItem }) {
  if (item.kind === "paragraph") return <p>{item.text}</p>;
  if (item.kind === "table") return <Rows table={item} />;
  if (item.kind === "answer") return null;
  return <List items={item.items} isNumbered={item.isNumbered} />;
}

/** Two or three narrow columns, which also fit on a phone. Kept small: a form loads this for its preview. */
function Rows({ table: { label, columns, rows, total } }: { table: PaperTable }) {
  const kindOf = (part: "cell" | "header", column: number) =>
    `govuk-table__${part}${columns[column]?.isNumeric ? ` govuk-table__${part}--numeric` : ""}`;
  return (
    <table className="govuk-table app-fit">
      <caption className="govuk-table__caption">{label}</caption>
      <thead>
        <tr>
          {columns.map(({ header }, column) => (
            <th key={header} scope="col" className={kindOf("header", column)}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...rows, ...(total ? [total] : [])].map((cells) => (
          <tr key={cells[0]} className={cells === total ? "app-letter-total" : undefined}>
            {columns.map(({ header }, column) => {
              const Cell = column === 0 ? "th" : "td";
              return (
                <Cell key={header} scope={column === 0 ? "row" : undefined} className={kindOf("cell", column)}>
                  {cells[column]}
                </Cell>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
