import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { recordReturnedPayment } from "#lib/payments/corrections/commands.ts";
import { recordCreditNote, recordPayment } from "#lib/payments/lines/commands.ts";
import { recoverPayment, reverseRecovery } from "#lib/payments/recoveries/commands.ts";
import type { NewPayment } from "#lib/payments/schema.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import type { Chapter } from "./chapter.ts";
import { approveAll, begunFunding, claim, requestFor } from "./claims.ts";
import type { Story } from "./stories.ts";

const COURSES = ["Radio course, first island", "Radio course, second island", "Radio course, third island"];
const EXERCISE = "Search exercise with two patrol boats";
/** The first claims of these stories, after the first half of the courses. */
const DAY = 180;

/**
 * One payment for three claims, one of which the bank returns and which is paid again; a claim paid in two parts; a
 * credit note; and a recovery that belonged to another initiative.
 */
export function turnsOf({ hasTurns, daysAgo }: Story): Chapter[] {
  if (!hasTurns || daysAgo < DAY + 50) return [];
  return [
    { day: DAY, run: claiming(COURSES, 3n) },
    { day: DAY + 3, run: approveAll },
    {
      day: DAY + 6,
      run: async ({ budget }, ref) => {
        for (const what of COURSES)
          await pay(budget, ref, what, { reference: `${runOf(ref)}-RUN`, note: "Weekly run" });
      },
    },
    {
      day: DAY + 10,
      run: async ({ budget }, ref) => {
        const { id: payment } = await db().paymentLine.findFirstOrThrow({ where: { claim: claimOf(ref, COURSES[2]) } });
        await recordReturnedPayment(budget, await requestFor(ref), ref, {
          ...{ payment, returnedOn: dayOf(now()), reason: "The bank account on the invoice had been closed." },
        });
      },
    },
    { day: DAY + 14, run: ({ budget }, ref) => pay(budget, ref, COURSES[2], { reference: `${runOf(ref)}-AGAIN` }) },
    { day: DAY + 16, run: claiming([EXERCISE], 4n) },
    { day: DAY + 19, run: approveAll },
    {
      day: DAY + 22,
      run: async ({ budget }, ref) => {
        const { cents } = await db().claim.findFirstOrThrow({ where: claimOf(ref, EXERCISE) });
        await pay(budget, ref, EXERCISE, { reference: `${runOf(ref)}-PART1`, amount: (cents * 6n) / 10n });
      },
    },
    { day: DAY + 28, run: ({ budget }, ref) => pay(budget, ref, EXERCISE, { reference: `${runOf(ref)}-PART2` }) },
    {
      day: DAY + 34,
      run: async ({ budget }, ref) =>
        recordCreditNote(budget, await requestFor(ref), ref, {
          ...{ claim: await numberOf(ref, COURSES[1]), amount: 850_00n, creditNumber: "CN-104", paidOn: dayOf(now()) },
          ...{ reference: `${runOf(ref)}-CN`, reason: "One of the three trainers could not travel." },
        }),
    },
    {
      day: DAY + 40,
      run: async ({ budget }, ref) =>
        recoverPayment(budget, await requestFor(ref), ref, {
          ...{ claim: await numberOf(ref, COURSES[0]), amount: 1_200_00n, receivedOn: dayOf(now()) },
          ...{ reference: `${runOf(ref)}-REC`, reason: "Hire of boats that did not take place." },
        }),
    },
    {
      day: DAY + 43,
      run: async ({ budget }, ref) => {
        const { id: recovery } = await db().recovery.findFirstOrThrow({ where: { claim: claimOf(ref, COURSES[0]) } });
        const reason = "The receipt belongs to another initiative.";
        await reverseRecovery(budget, await requestFor(ref), ref, { recovery, reason });
      },
    },
  ];
}

const runOf = (reference: string): string => `FIN-${reference.slice(4).replace("-", "")}`;
const claimOf = (reference: string, milestone = "") => ({ application: { reference }, milestone });
const numberOf = async (reference: string, milestone = ""): Promise<string> =>
  String((await db().claim.findFirstOrThrow({ where: claimOf(reference, milestone) })).number);

/** Claims that percentage of the first year's commitment for each. */
const claiming =
  (milestones: readonly string[], percent: bigint): Chapter["run"] =>
  async (cast, ref) => {
    const [first] = await begunFunding(ref);
    if (!first) return;
    for (const what of milestones)
      await claim(cast, ref, first.startYear, (first.committedCents * percent) / 100n, what);
  };

async function pay(
  budget: MfatActor,
  reference: string,
  milestone: string | undefined,
  payment: Pick<NewPayment, "reference" | "amount" | "note">,
): Promise<void> {
  const paid = { claim: await numberOf(reference, milestone), paidOn: dayOf(now()), ...payment };
  await recordPayment(budget, await requestFor(reference), reference, paid);
}
