import type { ReactNode } from "react";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Views } from "#components/ui/navigation.tsx";
import type { Position } from "#lib/budget/rules.ts";
import { formatYear } from "#lib/platform/money.ts";

/** The pages of the budget, and whether each shows one financial year. */
const PAGES = [
  { path: "/budget", label: "Overview", isOfYear: true },
  { path: "/budget/forecast", label: "Forecast", isOfYear: true },
  { path: "/budget/shares", label: "Shares", isOfYear: true },
  { path: "/budget/rows", label: "Initiatives", isOfYear: true },
  { path: "/budget/ledger", label: "Ledger", isOfYear: true },
  { path: "/budget/cash", label: "Cash", isOfYear: true },
  { path: "/budget/year-end", label: "Year end", isOfYear: true },
  { path: "/budget/carry-forward", label: "Carry-forward", isOfYear: false },
  { path: "/changes", label: "Changes", isOfYear: false },
  { path: "/budget/claims", label: "Claims", isOfYear: false },
] as const;

type BudgetHeadingProps = {
  title: string;
  /** Which of these pages it is. */
  path: (typeof PAGES)[number]["path"];
  startYear: number;
  /** On a page for one year: the years to choose from. */
  positions?: readonly Position[];
  /** The rest of the query, in addition to the year. */
  query?: string;
  /** On a page that can show every year at once: its address, and whether it does. */
  everyYear?: { href: string; isCurrent: boolean };
  children?: ReactNode;
};

/** The top of every budget page: its title, links to the other pages, and the same page for other years. */
export function BudgetHeading({
  title,
  path,
  startYear,
  positions = [],
  query,
  everyYear,
  children,
}: BudgetHeadingProps) {
  return (
    <>
      <PageHeading title={title}>{children}</PageHeading>
      <Views
        label="Budget"
        views={PAGES.map((page) => ({
          label: page.label,
          href: page.isOfYear ? `${page.path}?year=${startYear}` : page.path,
          isCurrent: page.path === path,
        }))}
      />
      {positions.length > 0 && (
        <Views
          label="Financial year"
          views={[
            ...positions.map((one) => ({
              label: formatYear(one.startYear),
              href: `${path}?year=${one.startYear}${query ? `&${query}` : ""}`,
              isCurrent: one.startYear === startYear && !everyYear?.isCurrent,
            })),
            ...(everyYear ? [{ label: "Every year", ...everyYear }] : []),
          ]}
        />
      )}
    </>
  );
}
