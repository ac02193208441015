import { InsetText } from "#components/ui/feedback.tsx";
import { SECTIONS, type SectionKey } from "#lib/applications/form/sections.ts";
import type { AskedChanges } from "#lib/applications/screening/queries.ts";
import { formatDeadline } from "#lib/platform/dates.ts";

type ChangeRequestProps = {
  asked: AskedChanges & { dueAt: Date | null };
  reference: string;
  /** The section that it is shown in; undefined above all sections. */
  section?: SectionKey;
};

/** What MFAT has asked to be changed and by when; in a section that it did not open, why that section is locked. */
export function ChangeRequest({ asked, reference, section }: ChangeRequestProps) {
  const { reason, sections, changes, dueAt } = asked;
  if (section && !sections.includes(section)) {
    const named = sections.map((key) => `“${SECTIONS[key].title}”`).join(", ");
    return (
      <InsetText>
        This section is locked, because MFAT asked for changes in {named} only. You can read it below. Email the fund
        desk if it needs to change too.
      </InsetText>
    );
  }
  return (
    <InsetText>
      <p>
        <strong>MFAT has asked for changes{section ? " in this section" : ""}</strong>
        {dueAt && <>, due by {formatDeadline(dueAt)}</>}
      </p>
      {section && <p className="app-line">{changes[section] ?? reason}</p>}
      {!section && (
        <dl className="app-changes">
          {sections.map((key) => (
            <div key={key}>
              <dt>
                <a href={`/applications/${reference}/sections/${key}`}>
                  {SECTIONS[key].number}. {SECTIONS[key].title}
                </a>
              </dt>
              {changes[key] && <dd className="app-line">{changes[key]}</dd>}
            </div>
          ))}
        </dl>
      )}
      {!section && isOneText(asked) && <p className="app-line">{reason}</p>}
      <p>When you send it for sign-off, we ask you to tell MFAT what you changed.</p>
    </InsetText>
  );
}

/** Requests used to have one text for all of their sections. */
const isOneText = ({ changes }: AskedChanges): boolean => Object.keys(changes).length === 0;

type AnsweredChangesProps = { asked: AskedChanges; isSame: (key: SectionKey) => boolean };

/** What MFAT asked for, what the agency answered, and which sections it left unchanged. */
export function AnsweredChanges({ asked, isSame }: AnsweredChangesProps) {
  const { reason, sections, changes, answers } = asked;
  return (
    <section className="app-section">
      <h3>What MFAT asked for</h3>
      {isOneText(asked) && <p className="app-line">{reason}</p>}
      <dl className="app-changes">
        {sections.map((key) => (
          <div key={key}>
            <dt>
              {SECTIONS[key].number}. {SECTIONS[key].title}
            </dt>
            <dd>
              {changes[key] && <p className="app-line">{changes[key]}</p>}
              {isSame(key) && (
                <p>
                  <strong>Nothing has changed in this section.</strong>
                </p>
              )}
              {answers[key] && (
                <p className="app-line">
                  <b>The agency’s answer:</b> {answers[key]}
                </p>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
