import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { MarkedPage } from "../../../../../../components/marked-page.tsx";
import { PageHeading } from "../../../../../../components/page-heading.tsx";
import { BackLink } from "../../../../../../components/ui/navigation.tsx";
import { orNotFound } from "../../../../../../lib/action.ts";
import { markOf } from "../../../../../../lib/applications/form/merge.ts";
import { isSection, SECTIONS } from "../../../../../../lib/applications/form/sections.ts";
import { getApplication, getDraft } from "../../../../../../lib/applications/queries.ts";
import { requireActor } from "../../../../../../lib/auth/session.ts";
import { isFileSection, PART_TITLES } from "../../../../../../lib/documents/rules.ts";
import type { Field } from "../../../../../../lib/fields.ts";
import { resolveFields } from "../../../../../../lib/form.ts";
import { MARKING_LABELS } from "../../../../../../lib/lifecycle/emails.ts";
import { withSpareRows } from "../../../../../../lib/rows.ts";
import { save } from "./actions.ts";
import { SectionForm } from "./form.tsx";

type Props = { params: Promise<{ reference: string; section: string }>; searchParams: Promise<{ rows?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { reference, section } = await params;
  return { title: isSection(section) ? `${SECTIONS[section].title}: ${reference}` : "Page not found" };
}

/** One section of the form. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference, section: key }, { rows }] = await Promise.all([requireActor(), params, searchParams]);
  if (actor.side !== "AGENCY" || !actor.roles.has("CONTRIBUTOR") || !isSection(key)) notFound();
  const application = await orNotFound(() => getApplication(actor, reference));
  const { sections, lists, years } = await getDraft(actor, application);
  const section = sections.find((one) => one.key === key);
  const list = `/applications/${reference}/sections`;
  if (!section?.isOpen) redirect(list);
  const fields: readonly Field[] = SECTIONS[key].fields(years);
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={list}>Back to the sections</BackLink>
      <PageHeading title={SECTIONS[key].title} caption={`${reference} · section ${SECTIONS[key].number}`} />
      <SectionForm
        action={save.bind(null, reference, key)}
        fields={resolveFields(fields, lists)}
        initial={{ ...withSpareRows(fields, section.values, rows === "more"), shown: markOf(fields, section.values) }}
        requestId={randomUUID()}
        draft={`${actor.personId}/${reference}/${key}`}
        {...(isFileSection(key) && { files: `Save and add ${PART_TITLES[key].toLowerCase()}` })}
      />
    </MarkedPage>
  );
}
