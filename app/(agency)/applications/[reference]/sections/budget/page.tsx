import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { MarkedPage } from "../../../../../../components/marked-page.tsx";
import { PageHeading } from "../../../../../../components/page-heading.tsx";
import { BackLink } from "../../../../../../components/ui/navigation.tsx";
import { orNotFound } from "../../../../../../lib/action.ts";
import { budgetFields } from "../../../../../../lib/applications/form/budget.ts";
import { SECTIONS } from "../../../../../../lib/applications/form/sections.ts";
import { getApplication, getDraft } from "../../../../../../lib/applications/queries.ts";
import { requireActor } from "../../../../../../lib/auth/session.ts";
import { resolveFields } from "../../../../../../lib/form.ts";
import { MARKING_LABELS } from "../../../../../../lib/lifecycle/emails.ts";
import { save } from "../[section]/actions.ts";
import { RowsForm } from "./form.tsx";

type Props = { params: Promise<{ reference: string }>; searchParams: Promise<{ rows?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${SECTIONS.budget.title}: ${(await params).reference}` };
}

/** The budget's lines and the other contributions. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, { rows }] = await Promise.all([requireActor(), params, searchParams]);
  if (actor.side !== "AGENCY" || !actor.roles.has("CONTRIBUTOR")) notFound();
  const application = await orNotFound(() => getApplication(actor, reference));
  const { sections, lists, years } = await getDraft(actor, application);
  const section = sections.find(({ key }) => key === "budget");
  const list = `/applications/${reference}/sections`;
  if (!section?.isOpen) redirect(list);
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={list}>Back to the sections</BackLink>
      <PageHeading title={SECTIONS.budget.title} caption={`${reference} · section ${SECTIONS.budget.number}`} />
      <RowsForm
        action={save.bind(null, reference, "budget")}
        fields={resolveFields(budgetFields(years), lists)}
        initial={section.values}
        requestId={randomUUID()}
        hasMoreRows={rows === "more"}
      />
    </MarkedPage>
  );
}
