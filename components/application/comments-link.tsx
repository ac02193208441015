import type { SectionKey } from "#lib/applications/form/sections.ts";

type CommentsLinkProps = {
  reference: string;
  /** How many are open, by section; the whole application under "". */
  counts: ReadonlyMap<string, number>;
  /** The section that it stands in; none: all of them. */
  section?: SectionKey;
};

/** The way to what colleagues say, with how much of it is open. */
export function CommentsLink({ reference, counts, section }: CommentsLinkProps) {
  const open = section ? (counts.get(section) ?? 0) : [...counts.values()].reduce((sum, count) => sum + count, 0);
  return (
    <a href={`/applications/${reference}/comments${section ? `?section=${section}` : ""}`}>
      Colleagues’ comments{section ? " on this section" : ""} ({open || "none"} open)
    </a>
  );
}
