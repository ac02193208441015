import type { Metadata } from "next";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { ledgerHref } from "#lib/budget/schema.ts";
import { readUnspent } from "#lib/budget/years/queries.ts";
import { accruedOf, shortOf, unspentLine } from "#lib/budget/years/rules.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { CLAIM_STAGES, claimReference, stageOfClaim } from "#lib/payments/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, formatDate } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Budget: not paid" };

type PageProps = { params: Promise<{ reference: string }>; searchParams: Promise<Values> };

/** What an initiative has not spent of a year, and the claims and statements that each figure is made of. */
export default async function Page({ params, searchParams }: PageProps) {
  const [actor, { reference }, search] = await Promise.all([requireMfat("budget:read"), params, searchParams]);
  const startYear = Number(text(search, "year") || financialYearOf(dayOf(now())));
  const { year, application, ...unspent } = await orNotFound(() => readUnspent(actor, startYear, reference));
  const line = unspentLine(unspent);
  const name = formatYear(startYear);
  const claim = (number: number) => (
    <a href={`/applications/${reference}#claim-${number}`}>{claimReference(reference, number)}</a>
  );
  const amount = (cents: bigint, kind: "MONEY" | null) => (
    <a href={ledgerHref({ startYear, kind, reference })}>{formatCents(cents)}</a>
  );
  const { stated, since, claims } = unspent;
  const statements = stated
    ? [
        { key: "stated", what: `Stated by ${stated.by}: ${stated.work}`, at: stated.at, cents: stated.cents },
        ...since.map(({ number, cents, claimedAt: at }) => ({
          key: String(number),
          what: claim(number),
          at,
          cents: -cents,
        })),
      ]
    : [];
  const [done, rest] = year.closedAt ? ["Accrued", "Money returned"] : ["Done", "To carry forward or release"];
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]}>
      <BackLink href={`/budget/year-end?year=${startYear}`}>Year end {name}</BackLink>
      <PageHeading title={`Not paid in ${name}: ${reference}`}>{application.title}</PageHeading>
      <SummaryList
        rows={[
          { key: "Committed", value: amount(unspent.committedCents, null) },
          { key: "Paid", value: amount(unspent.paidCents, "MONEY") },
          { key: "Not paid: committed less paid", value: formatCents(line.unspentCents) },
          { key: "Claimed", value: formatCents(line.openCents) },
          { key: `${done}, not claimed`, value: formatCents(line.statedCents) },
          { key: `${rest}: not paid, less claimed, less done`, value: formatCents(shortOf(line)) },
          { key: "Accrued: claimed or done, and not yet paid", value: formatCents(accruedOf(line)) },
        ]}
      />
      <h2>Claimed, not yet paid</h2>
      <Table
        caption="Claimed, not yet paid"
        hideCaption
        onPhone="stack"
        empty="No claims are waiting for payment."
        columns={[
          { header: "Claim", isRowHeader: true, cell: ({ number }) => claim(number) },
          { header: "State", cell: (one) => CLAIM_STAGES[stageOfClaim(one)].label },
          { header: "Claimed", cell: ({ claimedAt }) => formatDate(claimedAt) },
          { header: "Still to be paid", isNumeric: true, cell: ({ cents }) => formatCents(cents) },
        ]}
        rows={claims}
        keyOf={({ number }) => String(number)}
        total={["Total", "", "", formatCents(line.openCents)]}
      />
      <h2>Done and not claimed</h2>
      <Table
        caption="What the agency stated, less what it has claimed since"
        onPhone="stack"
        empty="The agency has not stated any unclaimed work."
        columns={[
          { header: "Statement or claim", isRowHeader: true, cell: ({ what }) => what },
          { header: "Date", cell: ({ at }) => formatDate(at) },
          { header: "Amount", isNumeric: true, cell: ({ cents }) => formatCents(cents) },
        ]}
        rows={statements}
        keyOf={({ key }) => key}
        total={["Left to claim (not below zero)", "", formatCents(line.statedCents)]}
      />
    </MarkedPage>
  );
}
