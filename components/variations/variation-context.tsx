import { DecidesAs } from "#components/application/delegation-note.tsx";
import { PositionTable } from "#components/budget/position-table.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { overEnvelope, type Position, phasedTotal } from "#lib/budget/rules.ts";
import { delegationFor } from "#lib/decisions/rules.ts";
import { listDelegations } from "#lib/deputies/queries.ts";
import type { Actor, MfatActor } from "#lib/lifecycle/permissions.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { listVariations, type VariationRecord } from "#lib/variations/queries.ts";
import { addedBy, OPEN_VARIATION, variationName } from "#lib/variations/rules.ts";
import { VariationRecordView, VariationTag } from "./variations-view.tsx";

/** `isDeciding`: the reader is about to approve it. */
type ContextProps = { actor: Actor; application: ApplicationHeader; isDeciding?: boolean };

/** The open variation in full and, where it moves money, the fund's whole position. */
export async function VariationContext({ actor, application, isDeciding = false }: ContextProps) {
  const variations = await listVariations(actor, application.id);
  const open = variations.find(({ state }) => OPEN_VARIATION.includes(state));
  if (!open) return null;
  return (
    <>
      <h2>
        {variationName(open)} <VariationTag actor={actor} state={open.state} />
      </h2>
      <VariationRecordView variation={open} />
      {actor.side === "MFAT" && (
        <MoneyOfVariation actor={actor} application={application} variation={open} isDeciding={isDeciding} />
      )}
    </>
  );
}

type MoneyProps = { actor: MfatActor; application: ApplicationHeader; variation: VariationRecord; isDeciding: boolean };

async function MoneyOfVariation({ actor, application, variation, isDeciding }: MoneyProps) {
  const { kind, state, current, proposed } = variation;
  if (!(current.phasing && proposed.phasing)) return null;
  const positions = await listPositions(actor);
  const added = addedBy(current.phasing, proposed.phasing);
  const isReserved = state === "BUDGET_CONFIRMED";
  const over = isReserved ? [] : overEnvelope(added, positions);
  const held = kind === "COST" && isDeciding ? await listDelegations(actor, application.id) : [];
  const delegation = delegationFor(held, phasedTotal(proposed.phasing));
  return (
    <>
      {delegation && <DecidesAs actor={actor} delegation={delegation} />}
      {added.map(({ startYear, cents }) => (
        <p key={startYear}>
          It adds {formatCents(cents)} in {formatYear(startYear)}
          {isReserved ? ", which is reserved." : `. ${availableIn(positions, startYear)} is available there.`}
        </p>
      ))}
      {over.length > 0 && (
        <InsetText>
          <strong>It does not fit.</strong> {over.join(" ")}
        </InsetText>
      )}
      <PositionTable
        positions={positions}
        caption={
          isReserved
            ? "The fund’s position now (reserved includes what the variation adds)"
            : "The fund’s position now, before the variation"
        }
        {...(isReserved && { here: added })}
      />
    </>
  );
}

const availableIn = (positions: readonly Position[], year: number): string =>
  formatCents(positions.find(({ startYear }) => startYear === year)?.availableCents ?? 0n);
