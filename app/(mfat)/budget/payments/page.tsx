import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink, Pagination } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { keepTyping } from "#lib/auth/own-unsent.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { getPaymentBatch, listPaymentFiles, toCorrect } from "#lib/batches/payments/queries.ts";
import { AT_LINES, LINES_MAX, TOTAL_FIELD } from "#lib/batches/payments/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { csvOf } from "#lib/platform/sheet.ts";
import { orNotFound } from "#lib/web/action.ts";
import { PaymentLinesForm } from "./form.tsx";

export const metadata: Metadata = { title: "Import payments" };

/** Payments from a finance system. What is pasted or uploaded is previewed line by line before anything is recorded. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, values] = await Promise.all([requireMfat(), searchParams]);
  const from = text(values, "from");
  const { rows, next } = await orNotFound(async () => listPaymentFiles(actor, text(values, "before")));
  const lines =
    from && csvOf(toCorrect(await orNotFound(async () => getPaymentBatch(actor, from)))).replace("\uFEFF", "");
  return (
    <>
      <BackLink href="/budget/claims">Claims</BackLink>
      <PageHeading title="Import payments">
        From a list from the finance system. You check each line before anything is recorded
      </PageHeading>
      {can(actor, "payment:record") && (
        <Narrow>
          <Columns />
          <PaymentLinesForm
            requestId={randomUUID()}
            keeping={
              await keepTyping("Preview payments", [{ name: AT_LINES }, TOTAL_FIELD], { [AT_LINES]: lines ?? "" })
            }
          />
        </Narrow>
      )}
      <Table
        caption="Imported lists, newest first"
        onPhone="stack"
        empty="No lists have been imported yet."
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          {
            header: "Recorded",
            isRowHeader: true,
            cell: ({ id, at }) => <a href={`/budget/payments/${id}`}>{formatInstant(at)}</a>,
          },
          { header: "Imported by", cell: ({ by }) => by },
          { header: "Lines", isNumeric: true, cell: ({ count }) => count },
          { header: "Payments recorded", isNumeric: true, cell: ({ recorded }) => recorded },
        ]}
      />
      <Pagination label="Lists" {...(next && { next: `?before=${next}` })} />
    </>
  );
}

const Columns = () => (
  <>
    <p>The first line must have these column headings, in any order. We ignore other columns.</p>
    <ul>
      <li>
        Claim, such as PSF-2026-0042/1, or Invoice number. Add Agency if two agencies may use the same invoice number
      </li>
      <li>Purchase order (optional), as the agency’s finance officer gave it</li>
      <li>
        Amount, with or without GST. To pay part of a claim, name the column “Amount incl GST” or “Amount excl GST”.
        Enter a credit note as a negative amount, such as −100.00 or (100.00)
      </li>
      <li>Paid on, such as 26/11/2026 or 2026-11-26</li>
      <li>Payment reference. One payment can pay several claims</li>
      <li>Credit note: the number of the credit note, on lines with a negative amount</li>
    </ul>
    <p>You can import up to {LINES_MAX} lines at a time.</p>
  </>
);
