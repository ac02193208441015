import type { ReactNode } from "react";

export type SummaryRow = {
  key: string;
  /** null, undefined and "" are shown as "Not provided". */
  value: ReactNode;
  /** A Change link. `of` is what a screen reader announces after "Change"; the key by default. */
  change?: { href: string; of?: string };
};

/** Questions and their answers. */
export function SummaryList({ rows, hasLines = true }: { rows: readonly SummaryRow[]; hasLines?: boolean }) {
  const hasChanges = rows.some((row) => row.change);
  return (
    <dl className={`govuk-summary-list${hasLines ? "" : " govuk-summary-list--no-border"}`}>
      {rows.map((row) => (
        <Row key={row.key} row={row} hasChanges={hasChanges} />
      ))}
    </dl>
  );
}

function Row({ row, hasChanges }: { row: SummaryRow; hasChanges: boolean }) {
  const isEmpty = row.value === null || row.value === undefined || row.value === "";
  const isPlain = hasChanges && !row.change;
  return (
    <div className={`govuk-summary-list__row${isPlain ? " govuk-summary-list__row--no-actions" : ""}`}>
      <dt className="govuk-summary-list__key">{row.key}</dt>
      <dd className="govuk-summary-list__value">
        {isEmpty ? <span className="app-muted">Not provided</span> : row.value}
      </dd>
      {row.change && (
        <dd className="govuk-summary-list__actions">
          <a href={row.change.href}>
            Change<span className="govuk-visually-hidden">: {row.change.of ?? row.key}</span>
          </a>
        </dd>
      )}
    </div>
  );
}
