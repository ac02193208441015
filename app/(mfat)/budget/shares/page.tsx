import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BudgetHeading } from "#components/budget/budget-heading.tsx";
import { BudgetMap } from "#components/budget/budget-map.tsx";
import { ShareChart, ShareTable } from "#components/budget/budget-shares.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { Views } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { positionOf } from "#lib/budget/rules.ts";
import { listShares } from "#lib/budget/shares/queries.ts";
import { isShareKind, SHARE_KINDS, SHARES } from "#lib/budget/shares/rules.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Budget: shares" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("budget:read"), searchParams]);
  const positions = await orNotFound(() => listPositions(actor));
  const position = positionOf(positions, text(search, "year"), financialYearOf(dayOf(now()))) ?? notFound();
  const { startYear } = position;
  const by = text(search, "by") || "agency";
  if (!isShareKind(by)) notFound();
  const lines = await listShares(actor, startYear, by);
  const [year, how] = [formatYear(startYear), SHARES[by].by.toLowerCase()];
  return (
    <>
      <BudgetHeading
        title={`Budget ${year} ${how}`}
        path="/budget/shares"
        startYear={startYear}
        positions={positions}
        query={`by=${by}`}
      >
        Money committed, reserved and in the pipeline · New Zealand dollars, GST exclusive
      </BudgetHeading>
      <Views
        label="Shared by"
        views={SHARE_KINDS.map((kind) => ({
          label: SHARES[kind].by,
          href: `/budget/shares?year=${startYear}&by=${kind}`,
          isCurrent: kind === by,
        }))}
      />
      {by === "place" && <BudgetMap year={year} lines={lines} />}
      <ShareChart startYear={startYear} by={by} lines={lines} />
      <ShareTable startYear={startYear} by={by} lines={lines} />
      {lines.length > 0 && (
        <div className="app-found app-no-print">
          <ul>
            <Downloads path="/budget/export/shares" query={`year=${startYear}&by=${by}`} count={lines.length} />
          </ul>
        </div>
      )}
    </>
  );
}
