import { randomUUID } from "node:crypto";
import { cookies } from "next/headers";
import { FileUpload, RemoveFile } from "#components/form/file-upload.tsx";
import { Form, type FormAction } from "#components/form/form.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { Details } from "#components/ui/details.tsx";
import { StatusMessage } from "#components/ui/feedback.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { keepTyping } from "#lib/auth/own-unsent.ts";
import { listArrangementFiles, listEarlierFiles, listFiles } from "#lib/documents/queries.ts";
import {
  FILE_ACCEPT,
  FILE_LABELS,
  type FileSection,
  filesPath,
  formatFile,
  isFormFileSection,
  PART_TITLES,
} from "#lib/documents/rules.ts";
import { FILE_FIELDS, REUSE_FIELDS } from "#lib/documents/schema.ts";
import { EMPTY_FORM, type FormState } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import type { AgencyActor } from "#lib/lifecycle/permissions.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { FileList } from "./file-list.tsx";

type FilesPartProps = {
  actor: AgencyActor;
  application: ApplicationHeader;
  section: FileSection;
  /** What was just done, from the page's address: "added", "removed". */
  done?: string;
  actions: FileActions;
};

type Sent = Parameters<FormAction>;
type FileActions = {
  add: (reference: string, section: FileSection, ...sent: Sent) => ReturnType<FormAction>;
  remove: (reference: string, section: FileSection, id: string, ...sent: Sent) => ReturnType<FormAction>;
  reuse: (reference: string, section: FileSection, ...sent: Sent) => ReturnType<FormAction>;
};

const ADD_TITLES: Record<FileSection, string> = {
  partners: "Add a letter",
  files: "Add a file",
  claims: "Add an invoice",
};

/** Marks the files of a section that can still be removed. */
async function filesOf(actor: AgencyActor, application: ApplicationHeader, section: FileSection) {
  if (!isFormFileSection(section)) return listArrangementFiles(actor, application.id, section);
  const files = await listFiles(actor, application);
  return files.filter((file) => file.section === section).map((file) => ({ ...file, isSent: false }));
}

/** The files of a section that can be changed: the list, and the forms to add one. */
export async function FilesPart({ actor, application, section, done, actions }: FilesPartProps) {
  const [files, earlier, problem] = await Promise.all([
    filesOf(actor, application, section),
    isFormFileSection(section) ? listEarlierFiles(actor, application.id) : [],
    readProblem(),
  ]);
  const { reference } = application;
  const earlierFiles = earlier.map((file) => ({
    value: file.id,
    label: `${file.fileName} (${formatFile(file)}), ${file.uses[0]?.application.reference}, ${formatDate(file.uploadedAt)}`,
  }));
  return (
    // The focus moves here after a file was added or removed.
    <section id="files" tabIndex={-1}>
      <h2 className="govuk-visually-hidden">{PART_TITLES[section]} so far</h2>
      {done === "added" && <StatusMessage>You have added the file.</StatusMessage>}
      {done === "removed" && <StatusMessage>You have removed the file.</StatusMessage>}
      <FileList
        files={files}
        reference={reference}
        act={({ id, fileName, isSent }) =>
          isSent ? (
            "Sent to MFAT"
          ) : (
            <RemoveFile
              action={actions.remove.bind(null, reference, section, id)}
              path={filesPath(reference, section)}
              fileName={fileName}
              requestId={randomUUID()}
            />
          )
        }
      />
      <Narrow>
        <h2>{ADD_TITLES[section]}</h2>
        <FileUpload
          action={actions.add.bind(null, reference, section)}
          postTo={`/api/documents/${reference}/${section}`}
          before={problem}
          requestId={randomUUID()}
          hint={`${FILE_LABELS}, up to 25 MB`}
          accept={FILE_ACCEPT}
          keeping={await keepTyping("Add file", FILE_FIELDS, problem.values)}
        />
        {earlierFiles.length > 0 && (
          <Details summary="Use a file from an earlier application">
            <Form
              action={actions.reuse.bind(null, reference, section)}
              fields={resolveFields(REUSE_FIELDS, { earlierFiles })}
              requestId={randomUUID()}
              submit="Use this file"
              kind="secondary"
            />
          </Details>
        )}
      </Narrow>
    </section>
  );
}

const PROBLEM = "psf-file-problem";

/** For the page's title. */
export const hasFileProblem = async (): Promise<boolean> => (await cookies()).has(PROBLEM);

/** What was wrong with a file posted without JavaScript. */
async function readProblem(): Promise<FormState> {
  const text = (await cookies()).get(PROBLEM)?.value;
  if (!text) return EMPTY_FORM;
  try {
    return { ...EMPTY_FORM, ...JSON.parse(text) };
  } catch {
    return EMPTY_FORM;
  }
}
