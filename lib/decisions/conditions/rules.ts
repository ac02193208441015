import { formatDueDay } from "#lib/platform/dates.ts";

/** A condition of an arrangement. */
export type KeptCondition = {
  number: number;
  text: string;
  owner: string;
  dueOn: Date;
  proof: string | null;
  metAt: Date | null;
};

/** The conditions named in an approval, one on each line. */
export const namedIn = (conditions: string): string[] => conditions.split("\n").flatMap((line) => line.trim() || []);

/** The conditions that hold a payment: their day has come, and they are not met. */
export const holding = <Row extends Pick<KeptCondition, "dueOn" | "metAt">>(rows: readonly Row[], today: Date): Row[] =>
  rows.filter(({ dueOn, metAt }) => metAt === null && dueOn <= today);

/** Why a payment needs a reason, in words; null where no condition holds it. */
export function heldWords(rows: readonly KeptCondition[], today: Date): string | null {
  const held = holding(rows, today);
  return held.length
    ? held.map(({ number, dueOn }) => `Condition ${number} was due by ${formatDueDay(dueOn)} and is not met`).join("; ")
    : null;
}
