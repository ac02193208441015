// What a year's statement says of work and money that are still open: what is accrued, and what was paid in advance.

import { namedIn, rowsOf, type Statement, type StatementRow, sumOf } from "#lib/budget/statement/rules.ts";
import { formatDate } from "#lib/platform/dates.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";
import { type PaperItem, type PaperSection, paragraph, table } from "#lib/platform/paper.ts";

type OfInitiative = { applicationId: string; reference: string; title: string; agency: string; marking: Marking };

/** A part of what is accrued of an initiative. */
export type AccruedPart = OfInitiative & { cents: bigint } & (
    | { kind: "CLAIM"; number: number; at: Date }
    /** `by` and `work` as they were stated; `sinceCents`: what of it was claimed afterwards. */
    | { kind: "STATED"; at: Date; by: string; work: string; sinceCents: bigint }
    /** Below zero: what was claimed and stated beyond what is not paid. */
    | { kind: "OVER" }
  );

type Row = Pick<StatementRow, "key" | "name" | "detail" | "marking">;

export function accruedRow(part: AccruedPart): Row & Pick<StatementRow, "accruedCents"> {
  const { applicationId, reference, title, agency, marking, cents, kind } = part;
  const what = kind === "CLAIM" ? `claim-${part.number}` : kind.toLowerCase();
  return {
    key: `${applicationId}/${what}`,
    name: `${reference}${kind === "CLAIM" ? `/${part.number}` : ""} ${title}`,
    detail: `${agency}; ${detailOf(part)}`,
    marking,
    accruedCents: cents,
  };
}

function detailOf(part: AccruedPart): string {
  if (part.kind === "CLAIM") return `claimed ${formatDate(part.at)}, still to be paid`;
  if (part.kind === "OVER") return "less the amount above what was committed and not paid";
  const { at, by, work, sinceCents } = part;
  const since = sinceCents > 0n ? `, less ${formatCents(sinceCents)} claimed since` : "";
  return `work done and not claimed, stated by ${by} on ${formatDate(at)}${since}: ${work}`;
}

/** An advance, and what makes up the part of it that is open. */
export type AdvancePart = OfInitiative &
  Record<"openCents" | "paidCents" | "backCents" | "accountedCents", bigint> & {
    number: number;
  };

export function advanceRow(part: AdvancePart): Row & Pick<StatementRow, "paidCents"> {
  const { applicationId, number, reference, title, agency, marking, openCents, ...cents } = part;
  return {
    key: `${applicationId}/${number}`,
    name: `${reference}/${number} ${title}`,
    detail: [
      agency,
      `${formatCents(cents.paidCents)} paid`,
      cents.backCents > 0n && `${formatCents(cents.backCents)} returned`,
      cents.accountedCents > 0n && `${formatCents(cents.accountedCents)} accounted for`,
    ]
      .filter(Boolean)
      .join("; "),
    marking,
    paidCents: openCents,
  };
}

const ACCRUED = "accrued";

/** Where a figure of what is accrued leads: to its rows in the same statement; null in one of before there were such rows. */
export const accruedHref = (statement: Pick<Statement, "rows">): string | null =>
  rowsOf(statement, "ACCRUAL").length ? `#${ACCRUED}` : null;

/** "/applications/PSF-2026-0007#claim-2" of a line that is of a claim. It shows the claim as it is today. */
function claimLink({ name }: StatementRow): string | null {
  const { reference, claim } = namedIn(name);
  return claim ? `/applications/${reference}#claim-${claim}` : null;
}

const openTable = (
  label: string,
  headers: readonly [string, string, string],
  rows: readonly StatementRow[],
  counter: "accruedCents" | "paidCents",
): PaperItem =>
  table(
    label,
    headers,
    rows.map((row) => [row.name, row.detail, formatCents(row[counter])]),
    {
      numericFrom: 2,
      total: ["Total", "", sumOf(rows, counter)],
      links: rows.map((row) => [claimLink(row), null, null]),
    },
  );

export function accruedSections(statement: Statement): PaperSection[] {
  const rows = rowsOf(statement, "ACCRUAL");
  const title = "What is accrued";
  if (rows.length === 0) return [];
  return [
    {
      title,
      anchor: ACCRUED,
      items: [
        paragraph("Claimed or done in this year and not yet paid, up to what was committed and not paid."),
        openTable(title, ["Claim or initiative", "What it is for", "Accrued"], rows, "accruedCents"),
      ],
    },
  ];
}

export function advanceSections(statement: Statement): PaperSection[] {
  const rows = rowsOf(statement, "ADVANCE");
  const title = "Advances to be accounted for";
  if (rows.length === 0) return [];
  return [
    {
      title,
      items: [
        paragraph(
          "Paid before the work, and not yet accounted for by a later claim or recovered. “Paid” includes these amounts.",
        ),
        openTable(title, ["Claim", "Agency and payments", "To be accounted for"], rows, "paidCents"),
      ],
    },
  ];
}
