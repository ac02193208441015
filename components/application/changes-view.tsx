import type { Comparison } from "#lib/applications/answers/queries.ts";
import type { SectionChange, Stretch } from "#lib/applications/form/changes.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { readAskedChanges } from "#lib/applications/screening/queries.ts";
import { isSameSection } from "#lib/applications/screening/schema.ts";
import { type ListedFile, readFileChanges } from "#lib/documents/queries.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { AnsweredChanges } from "./change-request.tsx";

type ChangesProps = { actor: Actor; application: ApplicationHeader; comparison: Comparison };

/** What was asked for, and what changed between two versions, word by word, under the sections' titles. */
export async function ChangesView({ actor, application, comparison }: ChangesProps) {
  const { sections, from } = comparison;
  const [files, asked] = await Promise.all([
    readFileChanges(actor, application, comparison),
    readAskedChanges(actor, application.id, from),
  ]);
  const fileStretches = [...files.added.map(toStretch("added")), ...files.removed.map(toStretch("removed"))];
  return (
    <>
      {asked && <AnsweredChanges asked={asked} isSame={(key) => isSameSection(key, sections, files)} />}
      {!sections.length && !fileStretches.length && <p>The answers and files have not changed.</p>}
      <SectionChanges sections={sections} />
      {fileStretches.length > 0 && (
        <section className="app-section">
          <h3>Files</h3>
          <p className="app-line">
            <Words stretches={fileStretches} />
          </p>
        </section>
      )}
    </>
  );
}

const toStretch =
  (kind: Stretch["kind"]) =>
  ({ description, fileName }: ListedFile): Stretch => ({ kind, text: `${description}: ${fileName}\n` });

function SectionChanges({ sections }: { sections: readonly SectionChange[] }) {
  return sections.map(({ key, number, title, answers }) => (
    <section key={key} className="app-section">
      <h3>
        {number}. {title}
      </h3>
      <dl className="app-changes">
        {answers.map(({ label, stretches }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Words stretches={stretches} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  ));
}

/** Which words of a text are unchanged, added or removed. */
export const Words = ({ stretches }: { stretches: readonly Stretch[] }) => stretches.map(toWords);

/** Announced as well as coloured: screen readers do not announce ins and del by default. */
function toWords({ kind, text }: Stretch, index: number) {
  const key = `${index}`;
  if (kind === "same") return <span key={key}>{text}</span>;
  const Mark = kind === "added" ? "ins" : "del";
  return (
    <Mark key={key}>
      <span className="govuk-visually-hidden">{kind === "added" ? " [added: " : " [removed: "}</span>
      {text}
      <span className="govuk-visually-hidden">] </span>
    </Mark>
  );
}

/** "version 1 and the draft" */
export const comparedWords = ({ from, to }: Comparison): string =>
  `version ${from} and ${to === "draft" ? "the answers as they are now" : `version ${to}`}`;
