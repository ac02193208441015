import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Letter } from "#components/application/letter.tsx";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { WithAside } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { Table } from "#components/ui/table.tsx";
import { keepTyping } from "#lib/auth/own-unsent.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { entryOf, text, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { LETTERHEAD } from "#lib/letters/paper/rules.ts";
import { listPreviewable, listVersions, type TemplateVersion } from "#lib/letters/queries.ts";
import { LETTERS, letterKindOf } from "#lib/letters/rules.ts";
import { PREVIEW_FIELDS, TEMPLATE_FIELDS } from "#lib/letters/schema.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { restoreTemplate, saveTemplate } from "./actions.ts";
import { TemplateForm } from "./form.tsx";

type Props = { params: Promise<{ kind: string }>; searchParams: Promise<Values> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const kind = letterKindOf((await params).kind);
  return { title: kind ? LETTERS[kind].label : "Page not found" };
}

const DONE: Record<string, string> = {
  saved: "You have saved the text. Letters sent from now on will use it.",
  restored: "You have restored the original text as the newest version.",
};

/** The text of one letter, its merge fields, and its versions. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { kind: slug }, values] = await Promise.all([requireMfat(), params, searchParams]);
  const kind = letterKindOf(slug);
  if (!kind) notFound();
  const versions = await orNotFound(async () => listVersions(actor, kind));
  const [current] = versions;
  const older = versions.find(({ number }) => String(number) === text(values, "version"));
  if (!current) notFound();
  const applications = can(actor, "letter:keep") ? await listPreviewable(actor) : null;
  const done = entryOf(DONE, text(values, "done"));
  const page = (
    <>
      <BackLink href="/settings/letters">Letters</BackLink>
      {done && (
        <NotificationBanner kind="success">
          <p>{done}</p>
        </NotificationBanner>
      )}
      <PageHeading title={LETTERS[kind].label}>{LETTERS[kind].sent}.</PageHeading>
      <WithAside aside={<MergeFields fields={LETTERS[kind].fields} />}>
        {applications ? <Editor current={current} applications={applications} /> : <VersionText version={current} />}
        <Versions versions={versions} slug={slug} />
        {older && older !== current && <VersionText version={older} />}
        {applications && <Restore current={current} />}
      </WithAside>
    </>
  );
  if (!applications) return page;
  // The page lists applications to preview with, so it carries the highest of their markings.
  const marking = MARKING_LABELS[highestMarking(applications.map((one) => one.marking))];
  return <MarkedPage marking={marking}>{page}</MarkedPage>;
}

function MergeFields({ fields }: { fields: (typeof LETTERS)[keyof typeof LETTERS]["fields"] }) {
  return (
    <Panel title="Fields">
      <dl className="app-fields">
        {Object.entries(fields).map(([name, { gives, isRequired }]) => (
          <div key={name}>
            <dt>
              <code>{`{{${name}}}`}</code>
              {isRequired && " required"}
            </dt>
            <dd>{gives}</dd>
          </div>
        ))}
      </dl>
      <p className="app-note">
        We add the letterhead, date, reference, addressee, greeting and signature. We leave out paragraphs with an empty
        field.
      </p>
    </Panel>
  );
}

type EditorProps = { current: TemplateVersion; applications: Awaited<ReturnType<typeof listPreviewable>> };

async function Editor({ current: { kind, number, subject, body }, applications }: EditorProps) {
  const options = applications.map(({ reference, title }) => ({ value: reference, label: `${reference} ${title}` }));
  const previewFields = resolveFields(PREVIEW_FIELDS, { applications: options });
  return (
    <TemplateForm
      action={saveTemplate.bind(null, LETTERS[kind].slug)}
      fields={TEMPLATE_FIELDS}
      previewFields={previewFields}
      keeping={
        await keepTyping("Save as a new version", [...TEMPLATE_FIELDS, ...previewFields], {
          subject,
          body,
          application: options[0]?.value ?? "",
        })
      }
      requestId={randomUUID()}
      revision={number}
    />
  );
}

function Versions({ versions, slug }: { versions: readonly TemplateVersion[]; slug: string }) {
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      <Table
        caption="Versions of the text, newest first"
        hideCaption
        rows={versions}
        keyOf={({ number }) => String(number)}
        columns={[
          {
            header: "Version",
            cell: ({ number }: TemplateVersion) =>
              number === versions[0]?.number ? (
                `Version ${number}, in use`
              ) : (
                <a href={`/settings/letters/${slug}?version=${number}#version`}>Version {number}</a>
              ),
          },
          { header: "Saved by", cell: ({ savedBy }: TemplateVersion) => savedBy ?? "Original text" },
          { header: "Saved", cell: ({ savedAt }: TemplateVersion) => formatInstant(savedAt) },
          { header: "Letters sent", isNumeric: true, cell: ({ count }: TemplateVersion) => count },
        ]}
      />
    </section>
  );
}

/** What is printed above the text of every letter. */
const TEXT_HEAD = [
  LETTERHEAD.join("\n"),
  "[Date]\nReference: {{reference}}",
  "[Name]\nCertifier\n{{agency}}",
  "Dear [Name]",
];

function VersionText({ version: { number, subject, body } }: { version: TemplateVersion }) {
  return (
    <section aria-labelledby="version">
      <h2 id="version">Text of version {number}</h2>
      <Letter letter={[...TEXT_HEAD, subject, body].join("\n\n")} level={3} />
    </section>
  );
}

function Restore({ current: { kind, number, subject, body } }: { current: TemplateVersion }) {
  const { starting, slug } = LETTERS[kind];
  if (subject === starting.subject && body === starting.body) return <p>The original text is in use.</p>;
  return (
    <Form
      action={restoreTemplate.bind(null, slug)}
      fields={[]}
      requestId={randomUUID()}
      revision={number}
      submit="Restore the original text"
      kind="secondary"
    >
      <p>This makes the original text the newest version. We keep all earlier versions.</p>
    </Form>
  );
}
