import type { SectionKey } from "#lib/applications/form/sections.ts";

type CommentsLinkProps = {
  reference: string;
  /** The number of open comments by section; those on the whole application under "". */
  counts: ReadonlyMap<string, number>;
  /** The section that the link is in; undefined for all of them. */
  section?: SectionKey;
};

/** The link to colleagues' comments, with the number that are open. */
export function CommentsLink({ reference, counts, section }: CommentsLinkProps) {
  const open = section ? (counts.get(section) ?? 0) : [...counts.values()].reduce((sum, count) => sum + count, 0);
  return (
    <a href={`/applications/${reference}/comments${section ? `?section=${section}` : ""}`}>
      Colleagues’ comments{section ? " on this section" : ""} ({open || "none"} open)
    </a>
  );
}
