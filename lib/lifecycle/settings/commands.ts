import { Outdated, type Shown } from "#lib/form/outdated.ts";
import { Known } from "#lib/platform/audit.ts";
import type { Tx } from "#lib/platform/db.ts";
import { listWrittenSince } from "./queries.ts";
import { type Revised, writtenInWords } from "./rules.ts";

/** About a record under its lock: its name in events, and the current values of its form; no fields for a button. */
type Kept = { subject: string; revision: number } & Partial<Shown>;

/**
 * Checks whether a form shows a record as it is now. Every command that writes over a record needs the result for its
 * event.
 * @throws Outdated with what somebody else did meanwhile
 */
export async function knowing(tx: Tx, { revision }: Revised, kept: Kept): Promise<Known> {
  if (revision === kept.revision) return new Known(kept.revision);
  const since = await listWrittenSince(tx, kept.subject, revision);
  const happened = since.map(writtenInWords).join(" ") || "This page is out of date.";
  throw new Outdated(happened, { fields: [], values: {}, ...kept });
}
