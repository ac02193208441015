import * as settlement from "#lib/arrangements/settlement/commands.ts";
import { acceptLastReport } from "#lib/arrangements/settlement/commands.ts";
import { readBudgetLines } from "#lib/arrangements/settlement/queries.ts";
import { actualInput, type BudgetLine } from "#lib/arrangements/settlement/schema.ts";
import type { Values } from "#lib/form/fields.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { sumCents, typedCents } from "#lib/platform/money.ts";
import { acceptReport, returnReport, submitReport } from "#lib/reports/commands.ts";
import { listOpenReports, readBasis } from "#lib/reports/queries.ts";
import { writable } from "#lib/reports/rules.ts";
import { type Basis, milestoneInput, noteInput, reachedInput } from "#lib/reports/schema.ts";
import type { Chapter } from "./chapter.ts";
import type { Story } from "./stories.ts";

/** The day of a story on which its work ends. */
export const endDay = ({ dollars }: Story): number => (dollars.length > 1 ? 540 : 300);

/** The days on which progress reports are submitted, shortly before they are due. */
const progressDays = ({ dollars }: Story): number[] => (dollars.length > 1 ? [288, 470] : [228]);

/**
 * Active arrangements report on time, and each report is accepted, except where the story says otherwise about the last
 * one.
 */
export function reportsUnderWay(story: Story): Chapter[] {
  const { daysAgo, lastReport } = story;
  const sent = progressDays(story).filter((day) => day + 12 < daysAgo);
  if (lastReport === "SUBMITTED") return [send(daysAgo - 4)];
  if (lastReport === "RETURNED") return [send(daysAgo - 16), sendBack(daysAgo - 9)];
  return sent.flatMap((day) => [send(day), accept(day + 10)]);
}

/** All reports up to the last one, and the acquittal, with that many dollars to be paid back. */
export const reportsToTheEnd = (story: Story, recovered = 0): Chapter[] => [
  ...progressDays(story).flatMap((day) => [send(day), accept(day + 10)]),
  send(endDay(story) + 20),
  {
    day: endDay(story) + 30,
    run: ({ desk }, ref, request) =>
      acceptLastReport(desk, request, ref, {
        reason: "All results were achieved, and the partner is continuing with its own people.",
      }),
  },
  acquit(endDay(story) + 40, recovered),
];

/** A terminated arrangement accounts for what it was paid, pays back what it did not spend, and is finished. */
export const settled = (day: number, recovered: number): Chapter[] => [
  acquit(day, recovered),
  {
    day: day + 15,
    run: async ({ budget }, ref, request) => {
      const [funding] = await db().applicationFunding.findMany({ where: { application: { reference: ref } } });
      await settlement.recordRecovery(budget, request, ref, {
        amount: BigInt(recovered) * 100n,
        year: String(funding?.startYear),
        receivedOn: dayOf(now()),
        reference: `REC-${ref.slice(4).replace("-", "")}`,
      });
    },
  },
  { day: day + 20, run: ({ budget }, ref, request) => settlement.confirmSurplus(budget, request, ref) },
];

const send = (day: number): Chapter => ({
  day,
  run: async ({ contributor }, ref, request) => submitReport(contributor, request, ref, await nextReportValues(ref)),
});

const accept = (day: number): Chapter => ({
  day,
  run: async ({ desk }, ref, request) => acceptReport(desk, request, ref, { report: await submittedNumber(ref) }),
});

const sendBack = (day: number): Chapter => ({
  day,
  run: async ({ desk }, ref, request) =>
    returnReport(desk, request, ref, {
      report: await submittedNumber(ref),
      reason: "Say how many officers were assessed as able, and who assessed them.",
      dueOn: addDays(dayOf(now()), 21),
    }),
});

/** The number of the first report that is waiting for the desk, as its form sends it. */
export async function submittedNumber(reference: string): Promise<string> {
  const report = await db().report.findFirst({
    where: { state: "SUBMITTED", arrangement: { application: { reference } } },
    orderBy: { number: "asc" },
  });
  return String(report?.number);
}

/** The next report due, as somebody would write it; the amount spent is the amount paid. */
export async function nextReportValues(reference: string): Promise<Values> {
  const application = await db().application.findUniqueOrThrow({ where: { reference }, include: { funding: true } });
  const [report] = writable(await listOpenReports(db(), application.id));
  const basis = await readBasis(db(), application);
  const spent = typedCents(sumCents(application.funding.map(({ paidCents }) => paidCents)));
  return { ...reportValues(basis, report?.kind === "FINAL"), spent, report: String(report?.number) };
}

function reportValues({ outcomes, milestones }: Basis, isFinal: boolean): Values {
  const half = Math.ceil(milestones.length / 2);
  return {
    ...Object.fromEntries(
      outcomes.map(({ target }, index) => [
        reachedInput(index),
        isFinal ? `Achieved: ${target}.` : "31 of 60 were assessed as able by the partner’s own trainers.",
      ]),
    ),
    ...Object.fromEntries(
      milestones.flatMap((_, index) => [
        [milestoneInput(index), isFinal || index < half ? "done" : index === half ? "underWay" : "notBegun"],
        [noteInput(index), index === 0 ? "Two days later than planned, because of the weather" : ""],
      ]),
    ),
    progress: isFinal
      ? "All courses were held and the equipment is in use. The partner’s trainers held the last course on their own."
      : "The planning visit and the first course were held. Those who took part now practise with their mentors.",
    problems: isFinal ? "" : "Flights were cancelled twice. The return visit moves by a month; nothing else changes.",
  };
}

const acquit = (day: number, recovered: number): Chapter => ({
  day,
  run: async ({ certifier }, ref, request) => {
    const { funding } = await db().application.findUniqueOrThrow({
      where: { reference: ref },
      include: { funding: true },
    });
    const paidCents = sumCents(funding.map((part) => part.paidCents));
    await settlement.submitAcquittal(
      certifier,
      request,
      ref,
      await acquittalValues(ref, paidCents - BigInt(recovered) * 100n),
    );
  },
});

/** An acquittal for a total amount, split over its lines as planned. */
export async function acquittalValues(reference: string, actualCents: bigint): Promise<Values> {
  const application = await db().application.findUniqueOrThrow({ where: { reference } });
  const lines = await readBudgetLines(db(), application);
  return {
    ...Object.fromEntries(splitOver(lines, actualCents).map((cents, index) => [actualInput(index), typedCents(cents)])),
    outcome: "The courses were held as planned, and 52 of 60 officers were assessed as able.",
    lessons: "Next time we would start with the instructors’ course, and buy the equipment a quarter earlier.",
  };
}

/** The last line gets the rounding difference. */
function splitOver(lines: readonly BudgetLine[], cents: bigint): bigint[] {
  const total = sumCents(lines.map(({ budgetCents }) => budgetCents));
  if (total === 0n) return lines.map(() => 0n);
  const parts = lines.map(({ budgetCents }) => (cents * budgetCents) / total);
  return parts.with(-1, (parts.at(-1) ?? 0n) + cents - sumCents(parts));
}
