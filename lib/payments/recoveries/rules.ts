import { formatDay } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";

/** Money that came back: of a claim, or of what was paid and not spent. */
export type Recovery = {
  id: string;
  startYear: number;
  cents: bigint;
  receivedOn: Date;
  reference: string;
  reason: string;
  reversesId: string | null;
};

/** Current recoveries, earliest first: without those that were reversed, and without those that reverse another. */
export const standingRecoveries = <One extends Pick<Recovery, "id" | "reversesId" | "receivedOn">>(
  recoveries: readonly One[],
): One[] =>
  recoveries
    .filter(({ id, reversesId }) => reversesId === null && !recoveries.some((other) => other.reversesId === id))
    .sort((one, other) => one.receivedOn.getTime() - other.receivedOn.getTime());

/** Those that can be reversed now: what came back was not claimed again, released or carried forward. */
export const recoveriesToReverse = <
  One extends Pick<Recovery, "id" | "reversesId" | "receivedOn" | "startYear" | "cents">,
>(
  recoveries: readonly One[],
  roomIn: (startYear: number) => bigint,
): One[] => standingRecoveries(recoveries).filter(({ startYear, cents }) => cents <= roomIn(startYear));

/** Whether all of it came back, a part of it, or nothing in the end. `claimCents`: the amount of its claim. */
export function recoveryInWords(
  { cents, receivedOn, reference, reversesId }: Pick<Recovery, "cents" | "receivedOn" | "reference" | "reversesId">,
  claimCents: bigint,
): string {
  const on = `on ${formatDay(receivedOn)}, ${reference}`;
  if (reversesId !== null) return `Recovery of ${formatCents(-cents)} ${on}, was reversed`;
  return `${cents === claimCents ? "Received back" : `${formatCents(cents)} received back`} ${on}`;
}
