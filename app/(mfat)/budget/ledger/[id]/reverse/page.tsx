import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { LedgerTable } from "#components/budget/ledger-table.tsx";
import { Form } from "#components/form/form.tsx";
import { TwoPeople } from "#components/form/two-people.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { getLedgerEntry } from "#lib/budget/ledger/queries.ts";
import { isReversible, whyStays } from "#lib/budget/ledger/rules.ts";
import { CORRECTION_FIELDS } from "#lib/budget/schema.ts";
import { formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";
import { reverseAdjustment } from "./actions.ts";

export const metadata: Metadata = { title: "Reverse an adjustment" };

type Props = { params: Promise<{ id: string }> };

export default async function Page({ params }: Props) {
  const [actor, { id }] = await Promise.all([requireMfat("envelope:adjust"), params]);
  if (!/^\d{1,18}$/.test(id)) notFound();
  const entry = await orNotFound(() => getLedgerEntry(actor, BigInt(id)));
  const back = `/budget/ledger?year=${entry.startYear}&kind=ADJUST`;
  return (
    <Narrow>
      <BackLink href={back}>Ledger of {formatYear(entry.startYear)}</BackLink>
      <PageHeading title="Reverse an adjustment">Entry {id}</PageHeading>
      <LedgerTable caption={`Entry ${id}`} lines={[entry]} totals={null} canReverse={false} />
      {isReversible(entry) ? (
        <>
          <p>
            Use this for an adjustment made in error. A new entry reverses it, and both stay in the ledger. You cannot
            reverse it if the envelope would fall below what is reserved and committed. If it is one half of a
            carry-forward, the other half is reversed too. Another budget officer or an approver confirms it.
          </p>
          <TwoPeople actor={actor} kind="CORRECTION">
            <Form
              action={reverseAdjustment.bind(null, id)}
              fields={CORRECTION_FIELDS}
              requestId={randomUUID()}
              submit="Ask for reversal"
              kind="warning"
              cancelHref={back}
            />
          </TwoPeople>
        </>
      ) : (
        <p>
          {whyStays(entry) ??
            "You cannot reverse this entry. You can reverse an adjustment once, and you cannot reverse a correction."}
        </p>
      )}
    </Narrow>
  );
}
