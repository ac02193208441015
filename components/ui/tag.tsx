import type { ReactNode } from "react";

/** ok: good or done. wait: somebody has to act. no: over, or not yet. bad: refused or failed. neutral: in progress. */
export type TagKind = "ok" | "wait" | "no" | "bad" | "neutral";

/** A state in a word or two. The colour repeats what the words say. */
export function Tag({ kind = "neutral", children }: { kind?: TagKind; children: ReactNode }) {
  return <strong className={`govuk-tag app-tag-${kind}`}>{children}</strong>;
}
