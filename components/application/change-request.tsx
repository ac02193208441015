import { InsetText } from "#components/ui/feedback.tsx";
import { SECTIONS, type SectionKey } from "#lib/applications/form/sections.ts";
import { formatDeadline } from "#lib/platform/dates.ts";

type ChangeRequestProps = {
  asked: { reason: string; sections: readonly SectionKey[]; dueAt: Date | null };
  /** The section that it stands in; none: above all of them. */
  section?: SectionKey;
};

/** What MFAT asks to be changed and by when; in a section that it did not open, why that is locked. */
export function ChangeRequest({ asked, section }: ChangeRequestProps) {
  const { reason, sections, dueAt } = asked;
  const named = sections.map((key) => `“${SECTIONS[key].title}”`).join(", ");
  if (section && !sections.includes(section)) {
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
        <strong>MFAT asks for changes{section ? "" : ` in ${named}`}</strong>
        {dueAt && <> by {formatDeadline(dueAt)}</>}
      </p>
      <p className="app-line">{reason}</p>
    </InsetText>
  );
}
