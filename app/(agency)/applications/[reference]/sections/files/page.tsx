import type { Metadata } from "next";
import { FileList } from "#components/application/file-list.tsx";
import { FilesPart, hasFileProblem } from "#components/application/files-part.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { SECTIONS } from "#lib/applications/form/sections.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { requireAgency } from "#lib/auth/session.ts";
import { listFiles } from "#lib/documents/queries.ts";
import { type FormFileSection, isOpenForFiles, PART_TITLES } from "#lib/documents/rules.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { orNotFound } from "#lib/web/action.ts";
import { add, remove, reuse } from "./actions.ts";

type Props = { params: Promise<{ reference: string }>; searchParams: Promise<{ of?: string; done?: string }> };

export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const [{ reference }, { of }, isWrong] = await Promise.all([params, searchParams, hasFileProblem()]);
  return { title: `${isWrong ? "Error: " : ""}${titleOf(sectionOf(of))}: ${reference}` };
}

const sectionOf = (of?: string): FormFileSection => (of === "partners" ? "partners" : "files");
const titleOf = (section: FormFileSection): string =>
  section === "files" ? SECTIONS.files.title : PART_TITLES[section];

/** The files of a section: the partners' letters of support, or other documents. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, { of, done }] = await Promise.all([requireAgency(), params, searchParams]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const section = sectionOf(of);
  const list = `/applications/${reference}/sections`;
  const back =
    section === "partners"
      ? { href: `${list}/partners`, label: `Back to ${SECTIONS.partners.title}` }
      : { href: list, label: "Back to the sections" };
  const isWriter = actor.roles.has("CONTRIBUTOR") && isOpenForFiles(application, section);
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={back.href}>{back.label}</BackLink>
      <PageHeading title={titleOf(section)} caption={`${reference} · section ${SECTIONS[section].number}`} />
      {isWriter ? (
        <FilesPart
          actions={{ add, remove, reuse }}
          actor={actor}
          application={application}
          section={section}
          done={done}
        />
      ) : (
        <>
          <p>You can read these files, but you cannot change them now.</p>
          <FileList
            files={(await listFiles(actor, application)).filter((file) => file.section === section)}
            reference={reference}
          />
        </>
      )}
      <LinkButton kind="secondary" href={back.href}>
        {back.label}
      </LinkButton>
    </MarkedPage>
  );
}
