import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listTemplates, type TemplateVersion } from "#lib/letters/queries.ts";
import { LETTERS } from "#lib/letters/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Letters" };

const COLUMNS: Column<TemplateVersion>[] = [
  {
    header: "Letter",
    cell: ({ kind }) => <a href={`/settings/letters/${LETTERS[kind].slug}`}>{LETTERS[kind].label}</a>,
  },
  { header: "When it goes out", cell: ({ kind }) => LETTERS[kind].sent },
  { header: "Version", isNumeric: true, cell: ({ number }) => number },
  { header: "Saved", cell: ({ savedBy, savedAt }) => `${savedBy ?? "Original text"}, ${formatInstant(savedAt)}` },
];

/** The texts that the fund's letters are made from. */
export default async function Page() {
  const actor = await requireMfat();
  const templates = await orNotFound(async () => listTemplates(actor));
  return (
    <>
      <PageHeading title="Letters">
        The text we use for letters to agencies. Letters already sent do not change.
      </PageHeading>
      <Table caption="Letters" hideCaption columns={COLUMNS} rows={templates} keyOf={({ kind }) => kind} />
    </>
  );
}
