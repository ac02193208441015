import { Letter, LetterLinks } from "#components/application/letter.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { Amounts } from "#components/ui/figures.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { findOffer } from "#lib/arrangements/queries.ts";
import { findEnd, findEndByTwo } from "#lib/arrangements/reopening/queries.ts";
import { formatPhasing, phasedTotal } from "#lib/budget/rules.ts";
import { sinceSent } from "#lib/letters/rules.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { stateLabel } from "#lib/lifecycle/states.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { formatDeadline, formatInstant } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";

type OfferProps = { actor: Actor; application: ApplicationHeader };

/** What is offered in figures, the full letter, and the link to the other answer. */
export async function Offer({ actor, application }: OfferProps) {
  const offer = await findOffer(actor, application.id);
  if (!offer) return null;
  const since = sinceSent({ kind: "OFFER", text: offer.letter.text, offer }, application.state);
  const phasing = application.phasing.filter(({ kind }) => kind === "APPROVED");
  return (
    <>
      <Amounts
        amounts={[
          { label: "Offered", value: formatCents(offer.amountCents), note: formatPhasing(phasing) },
          { label: "Answer by", value: formatDeadline(offer.dueAt), note: "The offer lapses after that" },
        ]}
      />
      {since && <InsetText>{since}</InsetText>}
      <Letter letter={offer.letter.text} level={2} />
      <LetterLinks reference={application.reference} />
      <p>
        You can <a href={stepPath(application.reference, "acceptOffer")}>accept the offer</a> or{" "}
        <a href={stepPath(application.reference, "declineOffer")}>decline it with a reason</a>.
      </p>
    </>
  );
}

/** The current offer, for somebody who changes it. */
export async function OfferSent({ actor, application }: OfferProps) {
  const offer = await findOffer(actor, application.id);
  if (!offer) return null;
  const phasing = application.phasing.filter(({ kind }) => kind === "APPROVED");
  return (
    <Amounts
      amounts={[
        { label: "Offered", value: formatCents(offer.amountCents), note: formatPhasing(phasing) },
        { label: "Accept by", value: formatDeadline(offer.dueAt), note: `Sent on ${formatInstant(offer.sentAt)}` },
      ]}
    />
  );
}

/** What reopening restores, and until when it is possible. */
export async function Ended({ actor, application }: OfferProps) {
  const end = await findEnd(asMfat(actor), application);
  if (!end) return null;
  const cents = phasedTotal(end.phasing);
  return (
    <Amounts
      amounts={[
        {
          label: "Goes back to",
          value: stateLabel(end.before, "MFAT"),
          note: end.heldAt ? "On hold, as it was" : null,
        },
        ...(cents ? [{ label: "Reserved again", value: formatCents(cents), note: formatPhasing(end.phasing) }] : []),
        { label: "Reopen by", value: formatDeadline(end.until), note: `Ended on ${formatInstant(end.endedAt)}` },
      ]}
    />
  );
}

/** What an arrangement goes back to, and why somebody asks for that. */
export async function EndedByTwo({ actor, application }: OfferProps) {
  const end = await findEndByTwo(asMfat(actor), application);
  if (!end) return null;
  const cents = phasedTotal(end.phasing);
  return (
    <>
      {end.asked && <InsetText>{end.asked.reason}</InsetText>}
      <Amounts
        amounts={[
          { label: "Goes back to", value: stateLabel(end.before, "MFAT") },
          ...(cents ? [{ label: "Committed again", value: formatCents(cents), note: formatPhasing(end.phasing) }] : []),
          { label: "Reopen by", value: formatDeadline(end.until), note: `Ended on ${formatInstant(end.endedAt)}` },
        ]}
      />
    </>
  );
}
