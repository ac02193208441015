import { Amounts } from "#components/ui/figures.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { listOfficersOf } from "#lib/applications/officers/queries.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { formatPhasing } from "#lib/budget/rules.ts";
import { type Actor, can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { formatDate, formatDay, formatDeadline } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";

/** What was requested, recommended and approved, and a summary of the application. */
export async function Facts({ actor, application }: { actor: Actor; application: ApplicationHeader }) {
  const { phasing, places, focusAreas, startsOn, endsOn, requestedCents, recommendedCents, approvedCents, round } =
    application;
  const phased = (kind: string) => formatPhasing(phasing.filter((part) => part.kind === kind)) || null;
  const amount = (cents: bigint | null) => (cents === null ? "–" : formatCents(cents));
  const lastDay = application.arrangement?.endsOn ?? endsOn;
  const main = focusAreas.find(({ isMain }) => isMain)?.focusArea.name;
  const isMfat = actor.side === "MFAT";
  const officer = actor.side === "MFAT" ? await officerRow(actor, application) : [];
  return (
    <>
      <Amounts
        amounts={[
          { label: "Requested", value: amount(requestedCents || null), note: phased("REQUESTED") },
          ...(isMfat ? [{ label: "Recommended", value: amount(recommendedCents), note: phased("RECOMMENDED") }] : []),
          ...(isMfat || approvedCents !== null
            ? [{ label: "Approved", value: amount(approvedCents), note: phased("APPROVED") }]
            : []),
        ]}
      />
      <SummaryList
        rows={[
          // For a draft, the answers below say so, as far as they are written.
          ...(application.versionNumber > 0
            ? [
                { key: "Summary", value: application.summary },
                { key: "Places", value: places.map(({ place, percent }) => `${place.name} (${percent}%)`).join(", ") },
                { key: "Main focus area", value: main },
                { key: "Dates", value: startsOn && lastDay ? `${formatDay(startsOn)} to ${formatDay(lastDay)}` : null },
              ]
            : []),
          {
            key: "Round",
            value: round.closesAt ? `${round.name}, closes ${formatDeadline(round.closesAt)}` : round.name,
          },
          ...officer,
        ]}
      />
    </>
  );
}

/** Which desk officer looks after a submitted application. */
async function officerRow(actor: MfatActor, { id, reference, versionNumber }: ApplicationHeader) {
  if (versionNumber === 0) return [];
  const [current] = await listOfficersOf(actor, id);
  const value = (
    <>
      {current ? `${current.name}, since ${formatDate(current.since)}` : "Nobody"}
      {can(actor, "officer:change") && (
        <>
          {" · "}
          <a href={`/applications/${reference}/desk-officer`}>Change desk officer</a>
        </>
      )}
    </>
  );
  return [{ key: "Looked after by", value }];
}
