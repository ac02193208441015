import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { meetCondition } from "#lib/decisions/conditions/commands.ts";
import { listConditions } from "#lib/decisions/conditions/queries.ts";
import { holding } from "#lib/decisions/conditions/rules.ts";
import { addDocument } from "#lib/documents/commands.ts";
import { FILE_BYTES_MAX } from "#lib/documents/rules.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import type { AgencyActor, MfatActor } from "#lib/lifecycle/permissions.ts";
import * as claims from "#lib/payments/commands.ts";
import * as payments from "#lib/payments/lines/commands.ts";
import { changePurchaseOrder } from "#lib/payments/orders/commands.ts";
import { recoverPayment } from "#lib/payments/recoveries/commands.ts";
import { stageOfClaim } from "#lib/payments/rules.ts";
import { now } from "#lib/platform/clock.ts";
import {
  addDays,
  dayOf,
  earlierOf,
  financialYearOf,
  formatDay,
  yearBeginsOn,
  yearEndsOn,
} from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { formatCents } from "#lib/platform/money.ts";
import { receiveUpload } from "#lib/platform/storage.ts";
import type { Cast, Chapter } from "./chapter.ts";
import { STORIES, type Story } from "./stories.ts";

/** The days of a story on which its agency claims. */
const CLAIM_DAYS = [70, 150, 250, 350, 445, 500];
const HALVES = ["First half of the courses", "Second half of the courses"];

/**
 * A part of what is committed is claimed and paid up to a day: in two halves for each financial year, once it has
 * started.
 */
export const claimsOf = (story: Story, part: number, until = story.daysAgo - 8): Chapter[] =>
  CLAIM_DAYS.filter((day) => day + 7 < until).flatMap((day) => half(part, day));

/** The next half of every year: claimed, approved some days later, and paid in the week after that. */
function half(part: number, day: number): Chapter[] {
  return [
    {
      day,
      run: async (cast, ref) => {
        for (const { startYear, committedCents } of await begunFunding(ref)) {
          const what = HALVES[await claimedHalves(ref, startYear)];
          const cents = (committedCents * BigInt(Math.round(part * 50))) / 100n;
          if (what) await claim(cast, ref, startYear, cents, what);
        }
      },
    },
    {
      day: day + 3,
      run: approveAll,
    },
    {
      day: day + 6,
      run: payAll,
    },
  ];
}

/** What has happened to a recent claim: something different in each story. */
export function latestClaim(story: Story): Chapter[] {
  const fates = [waiting, approved, returned, recovered, confirmed];
  const underWay = STORIES.filter(({ end }) => end === "ACTIVE");
  const fate = fates[underWay.indexOf(story) % fates.length];
  const day = story.daysAgo - 9;
  return day > 170 && fate ? [latest(day), ...fate(day + 3)] : [];
}

const latest = (day: number): Chapter => ({
  day,
  run: async (cast, ref) => {
    const last = (await begunFunding(ref)).at(-1);
    if (!last) return;
    if (cast.finance) await numberOrder(cast.finance, ref);
    await claim(cast, ref, last.startYear, last.committedCents / 10n, "Travel of the mentors", cast.finance);
  },
});

const waiting = (): Chapter[] => [];

const confirmed = (day: number): Chapter[] => [{ day, run: confirmAll }];

const approved = (day: number): Chapter[] => [
  {
    day,
    run: approveAll,
  },
];

const returned = (day: number): Chapter[] => [
  {
    day,
    run: ({ desk }, ref) =>
      forEach(ref, "CLAIMED", (request, one) =>
        claims.returnClaim(desk, request, ref, {
          ...one,
          reason: "The invoice shows a different amount for the flights. Please claim again with the right amount.",
        }),
      ),
  },
];

/** Paid, and returned because it had already been paid outside the fund. */
const recovered = (day: number): Chapter[] => [
  ...approved(day),
  {
    day: day + 1,
    run: payAll,
  },
  {
    day: day + 4,
    run: async ({ budget }, ref) => {
      const last = await db().claim.findFirstOrThrow({
        where: { application: { reference: ref }, state: "PAID" },
        orderBy: { number: "desc" },
      });
      await recoverPayment(budget, await requestFor(ref), ref, {
        claim: String(last.number),
        receivedOn: dayOf(now()),
        reference: `REC-${ref.slice(4).replace("-", "")}-${last.number}`,
        reason: "The airline had been paid for the same flights already.",
      });
    },
  },
];

/** What is committed for the financial years that have started, earliest first. */
export const begunFunding = (reference: string) =>
  db().applicationFunding.findMany({
    where: {
      application: { reference },
      committedCents: { gt: 0 },
      startYear: { lte: financialYearOf(dayOf(now())) },
    },
    orderBy: { startYear: "asc" },
  });

const claimedHalves = (reference: string, startYear: number): Promise<number> =>
  db().claim.count({ where: { application: { reference }, startYear, milestone: { in: HALVES } } });

/** Each step makes the page before it stale. */
export async function requestFor(reference: string): Promise<StepRequest> {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference }, select: { revision: true } });
  return { requestId: randomUUID(), revision };
}

const confirmAll: Chapter["run"] = ({ desk }, ref) =>
  forEach(ref, "CLAIMED", (request, one) => claims.confirmWork(desk, request, ref, one));

/** If the desk has not confirmed it yet, it confirms it first. */
export const approveAll: Chapter["run"] = async (cast, ref, request) => {
  await confirmAll(cast, ref, request);
  await forEach(ref, "CONFIRMED", (request, one) => claims.approveClaim(cast.budget, request, ref, one));
};

/** The conditions of the approval are met by then, so they do not hold a payment. */
async function meetAll(desk: MfatActor, ref: string): Promise<void> {
  const { id } = await db().application.findUniqueOrThrow({ where: { reference: ref } });
  for (const { number } of holding(await listConditions(desk, id), dayOf(now()))) {
    const met = { condition: String(number), proof: "The final report covers each result." };
    await meetCondition(desk, await requestFor(ref), ref, met);
  }
}

const payAll: Chapter["run"] = ({ budget, desk }, ref) =>
  forEach(ref, "APPROVED", async (_, one) => {
    await meetAll(desk, ref);
    await payments.recordPayment(budget, await requestFor(ref), ref, {
      ...one,
      paidOn: dayOf(now()),
      reference: `FIN-${ref.slice(4).replace("-", "")}-${one.claim}`,
    });
  });

async function forEach(
  reference: string,
  stage: "CLAIMED" | "CONFIRMED" | "APPROVED",
  step: (request: StepRequest, chosen: { claim: string }) => Promise<void>,
): Promise<void> {
  const claims = await db().claim.findMany({
    where: { application: { reference } },
    orderBy: { number: "asc" },
  });
  for (const { number } of claims.filter((claim) => stageOfClaim(claim) === stage))
    await step(await requestFor(reference), { claim: String(number) });
}

/** Work of a financial year up to a week ago, or up to its end if that was earlier. */
async function workOf(reference: string, startYear: number): Promise<{ workFrom: Date; workTo: Date }> {
  const { acceptedAt } = await db().arrangement.findFirstOrThrow({ where: { application: { reference } } });
  const laterOf = (one: Date, other: Date) => (one > other ? one : other);
  const first = laterOf(yearBeginsOn(startYear), dayOf(acceptedAt));
  const workTo = laterOf(first, earlierOf(addDays(dayOf(now()), -7), yearEndsOn(startYear)));
  return { workFrom: laterOf(first, addDays(workTo, -WORK_DAYS)), workTo };
}

const WORK_DAYS = 60;

/** Claims with an invoice dated some days after the work. */
export async function claim(
  cast: Cast,
  reference: string,
  startYear: number,
  cents: bigint,
  what: string,
  finance: AgencyActor | null = null,
) {
  const by = finance ?? cast.contributor;
  const count = await db().claim.count({ where: { application: { reference } } });
  const { workFrom, workTo } = await workOf(reference, startYear);
  const invoicedOn = earlierOf(addDays(workTo, 5), dayOf(now()));
  const invoiceNumber = `${by.agencyName.slice(0, 2).toUpperCase()}-${reference.slice(4)}-${count + 1}`;
  const gst = (cents * 15n) / 100n;
  const words = [
    `INVOICE ${invoiceNumber}`,
    `From: ${by.agencyName}`,
    "To: Ministry of Foreign Affairs and Trade, Pacific Security Fund",
    `Date: ${formatDay(invoicedOn)}`,
    `${reference}, ${formatDay(workFrom)} to ${formatDay(workTo)}: ${what}`,
    `Amount, GST exclusive: ${formatCents(cents)}`,
    `GST: ${formatCents(gst)}`,
    `Total: ${formatCents(cents + gst)}`,
  ];
  await addInvoice(by, reference, `Invoice ${invoiceNumber}`, `${words.join("\n")}\n`);
  const { id: invoice } = await db().applicationDocument.findFirstOrThrow({
    where: { application: { reference }, section: "claims" },
    orderBy: { id: "desc" },
  });
  await claims.submitClaim(by, await requestFor(reference), reference, {
    basis: "WORK",
    workFrom,
    workTo,
    advanceReason: null,
    accountsFor: null,
    accounted: null,
    amount: cents,
    gst,
    invoiceNumber,
    invoicedOn,
    milestone: what,
    invoice,
  });
}

/** A finance officer adds MFAT's purchase order number to the arrangement, and claims the latest invoice. */
const numberOrder = async (finance: AgencyActor, reference: string): Promise<void> =>
  changePurchaseOrder(finance, await requestFor(reference), reference, { purchaseOrder: `PO ${reference.slice(-4)}` });

async function addInvoice(by: AgencyActor, reference: string, description: string, words: string) {
  const uploadId = await receiveUpload(Readable.from([Buffer.from(words)]), by.personId, FILE_BYTES_MAX);
  const file = { description, fileName: `${description}.txt`, uploadId };
  await addDocument(by, { requestId: randomUUID() }, reference, "claims", file);
}
