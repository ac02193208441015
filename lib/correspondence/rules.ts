import { formatInstant } from "#lib/platform/dates.ts";

type Reader = { side: "AGENCY" | "MFAT"; personId: string };
type Told = { id: string; name: string; side: "AGENCY" | "MFAT"; agency: string | null };

const NAMED_MAX = 3;
const named = (names: readonly string[], rest: string): string[] =>
  names.length <= NAMED_MAX ? [...names] : [`${names.length} people ${rest}`];

/**
 * Who was emailed, in words for one side: its own people by name, the other side as a whole. `hasDesk`: the desk's
 * mailbox was among them. Null: nobody was.
 */
export function toldWords(reader: Reader, hasDesk: boolean, people: readonly Told[]): string | null {
  const others = people.filter(({ id }) => id !== reader.personId);
  const of = (side: Told["side"]) => others.filter((one) => one.side === side);
  const agencies = [...new Set(of("AGENCY").map(({ agency }) => agency ?? ""))];
  const own = of(reader.side).map(({ name }) => name);
  const parts = [
    ...(hasDesk ? ["the fund desk"] : []),
    ...(reader.side === "MFAT" ? [...agencies, ...named(own, "at MFAT")] : named(own, "at your agency")),
    ...(others.length < people.length ? ["you"] : []),
  ];
  return parts.length ? new Intl.ListFormat("en-NZ").format(parts) : null;
}

type Fate = { sentAt: Date | null; attempts: number; lastError: string | null };

/** Changes whenever something happens to a mail: each attempt, and each time it is queued again. */
export const mailRevision = ({ sentAt, attempts, lastError }: Fate): number =>
  attempts * 4 + (sentAt ? 2 : 0) + (lastError ? 1 : 0);

/** What has happened to a mail since somebody read its line. */
export function mailSince({ sentAt, lastError }: Fate): string {
  if (sentAt) return `This email was sent on ${formatInstant(sentAt)}, after you opened this page.`;
  return lastError
    ? "We tried this email again after you opened this page, and it failed again."
    : "Somebody put this email back in the queue after you opened this page.";
}
