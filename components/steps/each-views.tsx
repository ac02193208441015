import type { ReactNode } from "react";
import { type Column, Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { revisionInput } from "#lib/scenarios/schema.ts";

type EachHeadProps = {
  application: { reference: string; revision: number; title: string };
  agency: string;
  /** "Fund in part: $200,000.00 of $300,000.00 requested, 2026/27 $200,000.00". */
  what: string;
  /** Why it would be refused at the moment: the year's figure. */
  warning?: string | null;
};

/** The heading of one of several in a form, with its revision. */
export function EachHead({ application: { reference, revision, title }, agency, what, warning }: EachHeadProps) {
  return (
    <>
      <h3>{title}</h3>
      <p className="app-note">
        <a href={`/applications/${reference}`}>{reference}</a> · {agency}
      </p>
      <p>
        <strong>{what}</strong>
      </p>
      {warning && (
        <p>
          <strong>Does not fit at the moment.</strong> {warning}
        </p>
      )}
      <input type="hidden" name={revisionInput(reference)} value={revision} />
    </>
  );
}

type Blocked = { reference: string; title: string; why: string };

type BlockedTableProps = { caption: string; rows: readonly Blocked[] };

/** Those for which the reader cannot take the step now, and why. */
export function BlockedTable({ caption, rows }: BlockedTableProps) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="blocked">
      <h2 id="blocked">You cannot do this now for</h2>
      <Table
        caption={caption}
        hideCaption
        columns={[
          { header: "Initiative", cell: ({ title, reference }) => <Named title={title} reference={reference} /> },
          { header: "Reason", cell: ({ why }) => why },
        ]}
        rows={rows}
        keyOf={({ reference }) => reference}
      />
    </section>
  );
}

/** A claim such as PSF-2026-0042/1 is on the page of its application. */
const Named = ({ title, reference }: { title: string; reference: string }) => (
  <>
    <a href={`/applications/${reference.split("/")[0]}`}>{title}</a>
    <span className="app-note app-line">{reference}</span>
  </>
);

/** `refusal` null: the step was taken, and `what` describes the result. */
export type Result = { reference: string; title: string; refusal: string | null; isStale?: boolean; what: ReactNode };

type ResultsTableProps<Row extends Result> = {
  rows: readonly Row[];
  /** The tag for those where the step was taken: "Recommended". */
  done: string;
  more: readonly Column<Row>[];
};

/** The result for each of several applications. */
export function ResultsTable<Row extends Result>({ rows, done, more }: ResultsTableProps<Row>) {
  return (
    <Table
      caption="Results"
      hideCaption
      columns={[
        { header: "Initiative", cell: ({ title, reference }) => <Named title={title} reference={reference} /> },
        {
          header: "Result",
          cell: ({ refusal, isStale }) =>
            refusal === null ? (
              <Tag kind="ok">{done}</Tag>
            ) : (
              <Tag kind="bad">{isStale ? "Changed by somebody else" : "Refused"}</Tag>
            ),
        },
        { header: "Details", cell: ({ refusal, what }) => refusal ?? what },
        ...more,
      ]}
      rows={rows}
      keyOf={({ reference }) => reference}
    />
  );
}
