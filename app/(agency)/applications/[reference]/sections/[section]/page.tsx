import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { FormerAnswers, OneSectionView } from "#components/application/answers.tsx";
import { ChangeRequest } from "#components/application/change-request.tsx";
import { CommentsLink } from "#components/application/comments-link.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { StatusMessage } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { getDraft } from "#lib/applications/answers/queries.ts";
import { formMark } from "#lib/applications/form/releases.ts";
import { isSection, SECTIONS } from "#lib/applications/form/sections.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { readChangeRequest } from "#lib/applications/screening/queries.ts";
import { keepSection } from "#lib/auth/own-unsent.ts";
import { requireAgency } from "#lib/auth/session.ts";
import { countOpenComments } from "#lib/comments/queries.ts";
import { isFileSection, PART_TITLES } from "#lib/documents/rules.ts";
import { markOf } from "#lib/form/merge.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { withSpareRows } from "#lib/form/rows.ts";
import { withChosen } from "#lib/form/versions.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { CARRIED } from "#lib/unsent/rules.ts";
import { orNotFound } from "#lib/web/action.ts";
import { save } from "./actions.ts";
import { SectionForm } from "./form.tsx";

type Props = {
  params: Promise<{ reference: string; section: string }>;
  searchParams: Promise<{ rows?: string; saved?: string }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { reference, section } = await params;
  return { title: isSection(section) ? `${SECTIONS[section].title}: ${reference}` : "Page not found" };
}

/** One section of the form: editable where it is open to the reader, otherwise read-only. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference, section: key }, { rows, saved }] = await Promise.all([
    requireAgency(),
    params,
    searchParams,
  ]);
  if (!isSection(key)) notFound();
  const application = await orNotFound(() => getApplication(actor, reference));
  const [answers, comments, asked] = await Promise.all([
    getDraft(actor, application),
    countOpenComments(actor, application.id),
    readChangeRequest(actor, application),
  ]);
  const { sections, lists } = answers;
  const section = sections.find((one) => one.key === key);
  if (!section) notFound();
  const list = `/applications/${reference}/sections`;
  const fields = withChosen(section.fields, section.values);
  const keptAs = await keepSection(reference, key);
  const isWriter = section.isOpen && actor.roles.has("CONTRIBUTOR");
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={list}>Back to the sections</BackLink>
      <PageHeading
        title={SECTIONS[key].title}
        caption={`${reference} · section ${SECTIONS[key].number} of ${sections.length}`}
      />
      {saved && isSection(saved) && <StatusMessage>“{SECTIONS[saved].title}” is saved.</StatusMessage>}
      {asked && (asked.sections.includes(key) || !section.isOpen) && (
        <ChangeRequest asked={asked} reference={reference} section={key} />
      )}
      {isWriter ? (
        <SectionForm
          action={save.bind(null, reference, key)}
          path={`${list}/${key}`}
          fields={resolveFields(fields, lists)}
          initial={{
            ...withSpareRows(fields, section.values, rows === "more"),
            shown: `${formMark()} ${markOf(fields, section.values)}`,
          }}
          requestId={randomUUID()}
          keptAs={keptAs}
          name={section.title}
          first={
            <>
              <input type="hidden" name={CARRIED.by} value={keptAs.by} />
              {/* Enter in a field presses the first button of the form, which must not be one that copies a row. */}
              {fields.some(({ kind }) => kind === "rows") && (
                <button type="submit" className="govuk-visually-hidden" tabIndex={-1} aria-hidden />
              )}
            </>
          }
        >
          {isFileSection(key) && (
            <Button kind="secondary" name="intent" value="files">
              Save and add {PART_TITLES[key].toLowerCase()}
            </Button>
          )}
          <p role="status" className="app-saved" />
          <ButtonGroup>
            <Button>Save and continue</Button>
            <Button kind="secondary" name="intent" value="other">
              Save and finish later
            </Button>
          </ButtonGroup>
          <FormerAnswers former={section.former} heading="h2" />
        </SectionForm>
      ) : (
        <>
          {!asked && <p>You can read this section, but you cannot change it now.</p>}
          <OneSectionView actor={actor} application={application} answers={answers} section={section} />
        </>
      )}
      <p>
        <CommentsLink reference={reference} counts={comments} section={key} />
      </p>
    </MarkedPage>
  );
}
