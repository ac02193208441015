import type { Position } from "#lib/budget/rules.ts";
import { formatCents, formatYear, greaterOf } from "#lib/platform/money.ts";

/** A part of a whole in percent, to two decimal places. */
const share = (cents: bigint, wholeCents: bigint): number =>
  wholeCents > 0n ? Number((cents * 10_000n) / wholeCents) / 100 : 0;

/** "18%", rounded; "under 1%" for a small amount that is not zero. */
export function formatShare(cents: bigint, wholeCents: bigint): string {
  const percent = Math.round(share(cents, wholeCents));
  return cents > 0n && percent === 0 ? "under 1%" : `${percent}%`;
}

/** The heading for what is left of a year's envelope: in a closed year nothing is available any more. */
export const leftWord = ({ closedAt }: Pick<Position, "closedAt">): string => (closedAt ? "Not used" : "Available");

/** A year's position in words, as the bar shows it. */
function inWords({ pipelineCents, ...year }: Position, left: string | null): string {
  const asked = left ? "" : ` The pipeline asks for ${formatCents(pipelineCents)}.`;
  const { startYear, envelopeCents, paidCents, committedCents, reservedCents, availableCents } = year;
  const part = (cents: bigint) => `${formatCents(cents)} (${formatShare(cents, envelopeCents)})`;
  return [
    `${formatYear(startYear)}: the envelope is ${formatCents(envelopeCents)}. ${part(paidCents)} is paid,`,
    `${part(committedCents - paidCents)} is committed and not yet paid, ${part(reservedCents)} is reserved`,
    `and ${part(availableCents)} is ${leftWord(year).toLowerCase()}.${asked}`,
  ].join(" ");
}

/**
 * A year's envelope as one bar: paid, committed and not yet paid, reserved, available. The line is the envelope; the
 * pipeline is dashed and may extend beyond it. Widths are percentages, so that the bar fits any screen without scaling.
 * `left`: what can still be done with the rest of a year that has ended; null before its end.
 */
export function BudgetBar({ position, left }: { position: Position; left: string | null }) {
  const { envelopeCents, paidCents, committedCents, reservedCents, availableCents } = position;
  const pipelineCents = left ? 0n : position.pipelineCents;
  const usedCents = reservedCents + committedCents;
  const beyondCents = pipelineCents - availableCents;
  const wholeCents = envelopeCents + greaterOf(beyondCents, 0n);
  const x = (cents: bigint) => `${share(cents, wholeCents)}%`;
  return (
    <figure>
      <svg className="app-chart budget-bar" role="img" aria-label={inWords(position, left)} width="100%" height="68">
        <defs>
          <pattern id="budget-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect className="app-colour-reserved" width="8" height="8" />
            <rect className="budget-hatch-line" width="3" height="8" />
          </pattern>
        </defs>
        <rect className="app-colour-paid" x="0" y="8" width={x(paidCents)} height="40" />
        <rect
          className="app-colour-committed"
          x={x(paidCents)}
          y="8"
          width={x(committedCents - paidCents)}
          height="40"
        />
        <rect fill="url(#budget-hatch)" x={x(committedCents)} y="8" width={x(reservedCents)} height="40" />
        <rect className="app-colour-available" x={x(usedCents)} y="8" width={x(availableCents)} height="40" />
        {[paidCents, committedCents].map(
          (edge, index) =>
            edge > 0n &&
            edge < usedCents && (
              // biome-ignore lint/suspicious/noArrayIndexKey: the two edges keep their order
              <line key={index} className="budget-edge" x1={x(edge)} x2={x(edge)} y1="8" y2="48" />
            ),
        )}
        {pipelineCents > 0n && (
          <rect className="app-chart-pipeline" x={x(usedCents)} y="52" width={x(pipelineCents)} height="10" />
        )}
        <line className="app-chart-envelope" x1={x(envelopeCents)} x2={x(envelopeCents)} y1="0" y2="68" />
      </svg>
      <figcaption>{caption(position, left)}</figcaption>
    </figure>
  );
}

function caption({ availableCents, pipelineCents }: Position, left: string | null): string {
  if (left) return "The solid line is the envelope.";
  if (pipelineCents === 0n) return "The solid line is the envelope. Nothing is in the pipeline.";
  const line = "The solid line is the envelope; the dashed bar is what applications not yet recommended ask for";
  const beyondCents = pipelineCents - availableCents;
  return beyondCents > 0n ? `${line}: ${formatCents(beyondCents)} more than is available.` : `${line}.`;
}
