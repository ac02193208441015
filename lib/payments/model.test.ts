// Payments compared with their model (lib/testing/payments-model.ts): claims are paid whole and in parts, one payment
// pays several, payments are returned, corrected and removed, credited and recovered, and all of that is reversed, by
// random commands, one or two at a time, in an open year and by two people in a closed one.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { withdrawChange } from "#lib/changes/commands.ts";
import type { Values } from "#lib/form/fields.ts";
import { dayInputs } from "#lib/form/fields.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, daysBetween } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { plainCents } from "#lib/platform/money.ts";
import {
  applicationId,
  approved,
  claimed,
  desk,
  left,
  readClaim,
  reference,
  useClaims,
  who,
  year,
} from "#lib/testing/claims.ts";
import { closeYearsBefore, declareNone, unguarded } from "#lib/testing/database.ts";
import {
  backOf,
  type Command,
  choices,
  kindOf,
  type Payments,
  paidOf,
  stateOf,
  take,
} from "#lib/testing/payments-model.ts";
import { Balance, diceOf } from "#lib/testing/random.ts";
import { checkFund } from "#lib/testing/rules.ts";
import { confirmChange } from "#lib/workflow/changes/commands.ts";
import { askInClosedYear } from "#lib/workflow/closed/commands.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import type { StepKey } from "#lib/workflow/steps.ts";
import { seed } from "../../bin/test-server.ts";

useClaims();

const COMMANDS = 100;
const COMMANDS_MAX = 600;
const AMOUNTS = [9_000n, 10_000n, 12_345n, 700n];
const DAYS = 6;

/** What must occur, or the test proves little. */
const SEEN = [
  ...["pay all", "pay a part", "pay all again", "pay a part again", "pay with another", "sendBack", "credit"],
  ...[
    "credit what is open",
    "recover a part",
    "recover all",
    "reverse",
    "claimRest",
    "returnRest",
    "take a payment away",
  ],
  ...["correct the amount of a payment", "correct the day of a payment", "correct the document of a payment"],
  ...["correct the amount of a credit note", "take a credit note away", "correct the document of a credit note"],
];
const SEEN_CLOSED = [
  ...["pay with another", "sendBack", "credit", "recover a part", "reverse", "take a payment away"],
  ...["correct the amount of a payment", "take a credit note away"],
].map((kind) => `${kind} in a closed year`);
const REFUSED = [
  ...[
    "claim stands",
    "more than is open",
    "day to come",
    "before its approval",
    "paid with it already",
    "of another day",
  ],
  ...["more than is left to credit", "credited already", "reversed already", "settled", "a credit note", "as it is"],
  ...["came back already", "before its payment", "more than is paid", "used since"],
];

let officers: [MfatActor, MfatActor];
let numbers: string[] = [];
let first = new Date(0);
/** The claim for what came back, while it is waiting. */
let rest = "";
/** The ids of the model's lines and recoveries, in the model's order. */
const lineIds: string[] = [];
const recoveryIds: string[] = [];

const dateOf = (day: number): Date => addDays(first, day);
const today = (): number => daysBetween(first, dayOf(now()));

async function setUp(): Promise<Payments> {
  const people = await Promise.all(
    ["first", "second"].map(async (name) => {
      const email = `${name}@payments.example`;
      const { id } = await unguarded().person.create({
        data: { email, name, side: "MFAT", roles: { create: { role: "BUDGET" } } },
      });
      await declareNone(id, { reference });
      return asMfat(await who(email));
    }),
  );
  officers = [people[0] as MfatActor, people[1] as MfatActor];
  first = dayOf(now());
  numbers = [];
  for (const amount of AMOUNTS) numbers.push(await approved({ amount, gst: 0n }));
  // Nothing is left of the year except what comes back.
  await claimed({ amount: await left(), gst: 0n });
  shiftClock(DAYS * 86_400_000);
  const claims = AMOUNTS.map((cents) => ({ cents, since: 0 }));
  return { claims, lines: [], recoveries: [], room: 0n, rest: 0n, isClosed: false };
}

const because = { reason: "As the bank says" };
const amountOf = (cents: bigint | null): Values => ({ amount: cents === null ? "" : plainCents(cents) });
const numberOf = (claim: number): string => numbers[claim] ?? "";

/** The step for a command, and how its form is filled in. */
function formOf(command: Exclude<Command, { name: "claimRest" | "returnRest" }>): [StepKey, Values] {
  switch (command.name) {
    case "pay": {
      const paid = { claim: numberOf(command.claim), reference: command.document, ...amountOf(command.cents) };
      return ["recordPayment", { ...paid, ...dayInputs("paidOn", dateOf(command.on)) }];
    }
    case "sendBack": {
      const of = { payment: lineIds[command.line] ?? "", ...because };
      return ["recordReturnedPayment", { ...of, ...dayInputs("returnedOn", dateOf(command.on)) }];
    }
    case "credit": {
      const of = { claim: numberOf(command.claim), creditNumber: command.number, reference: command.document };
      const more = { ...amountOf(command.cents), ...dayInputs("paidOn", dateOf(command.on)), ...because };
      return ["recordCreditNote", { ...of, ...more }];
    }
    case "correct": {
      const of = { payment: lineIds[command.line] ?? "", reference: command.document ?? "" };
      const on = command.on === null ? {} : dayInputs("paidOn", dateOf(command.on));
      return ["correctPayment", { ...of, ...amountOf(command.cents), ...on, ...because }];
    }
    case "recover": {
      const of = { claim: numberOf(command.claim), reference: randomUUID(), ...amountOf(command.cents) };
      return ["recoverPayment", { ...of, ...dayInputs("receivedOn", dateOf(command.on)), ...because }];
    }
    case "reverse":
      return ["reverseRecovery", { recovery: recoveryIds[command.recovery] ?? "", ...because }];
  }
}

/** The message of a refusal; null: accepted. */
async function run(command: Command, revision: number): Promise<string | null> {
  const request = { requestId: randomUUID(), revision };
  try {
    if (command.name === "claimRest") {
      const cents = await left();
      if (cents === 0n) return "nothing left";
      if (rest) return "claimed already";
      rest = await claimed({ amount: cents, gst: 0n });
      return null;
    }
    if (command.name === "returnRest") {
      if (!rest) return "nothing claimed";
      const values = { claim: rest, ...because };
      await takeStep(await desk(), request, reference, "returnClaim", { values, isLater: false });
      rest = "";
      return null;
    }
    const [step, values] = formOf(command);
    const asked = await askInClosedYear(officers[0], request, reference, step, values);
    if (!asked) {
      await takeStep(officers[0], request, reference, step, { values, isLater: false });
      return null;
    }
    await confirmChange(officers[1], { requestId: randomUUID() }, asked).catch(async (error) => {
      await withdrawChange(officers[0], { requestId: randomUUID() }, asked, "No");
      throw error;
    });
    return null;
  } catch (error) {
    const refusal = error instanceof DomainError ? error : fromDatabase(error);
    if (!refusal || !["MONEY", "INVALID", "STATE", "CONFLICT"].includes(refusal.code)) throw error;
    return [refusal.code, refusal.message, ...Object.values(refusal.fields)].join(" ");
  }
}

const revisionNow = async () =>
  (await db().application.findUniqueOrThrow({ where: { reference }, select: { revision: true } })).revision;

/**
 * Assigns ids to the lines and recoveries that the last command made; anything that the model does not have is an
 * error.
 */
async function learn(model: Payments): Promise<void> {
  const mine = { claim: { applicationId, number: { in: numbers.map(Number) } } };
  const lines = await db().paymentLine.findMany({
    where: { ...mine, reversesId: null, id: { notIn: lineIds } },
    include: { claim: true, payment: true },
  });
  for (const line of model.lines.slice(lineIds.length)) {
    const found = lines.find(
      (one) =>
        !lineIds.includes(one.id) &&
        one.isCredit === (line.kind === "credit") &&
        (one.isCredit ? -one.cents : one.cents) === line.cents &&
        String(one.claim?.number) === numberOf(line.claim) &&
        one.paidOn.getTime() === dateOf(line.on).getTime() &&
        one.payment.reference === line.document,
    );
    expect([line, found !== undefined]).toEqual([line, true]);
    lineIds.push(found?.id ?? "");
  }
  expect(lines.filter(({ id }) => !lineIds.includes(id))).toEqual([]);
  const recoveries = await db().recovery.findMany({
    where: { ...mine, reversesId: null, id: { notIn: recoveryIds } },
    include: { claim: true },
  });
  expect(recoveries).toHaveLength(model.recoveries.length - recoveryIds.length);
  recoveryIds.push(...recoveries.map(({ id }) => id));
}

async function expectAsModelled(model: Payments): Promise<void> {
  await learn(model);
  const seen = await Promise.all(
    numbers.map(async (number) => {
      const { paidCents, backCents, state } = await readClaim(number);
      return [state, paidCents, backCents];
    }),
  );
  expect(seen).toEqual(numbers.map((_, claim) => [stateOf(model, claim), paidOf(model, claim), backOf(model, claim)]));
  const { committedCents, paidCents } = await db().applicationFunding.findFirstOrThrow({
    where: { applicationId, startYear: year },
  });
  const open = await db().$queryRaw<[{ cents: bigint }]>`
    SELECT coalesce(sum(cents - "paidCents"), 0)::bigint AS cents FROM "Claim" WHERE "applicationId" = ${applicationId}::uuid
      AND "startYear" = ${year} AND state IN ('CLAIMED', 'APPROVED', 'PART_PAID')`;
  expect(committedCents - paidCents - open[0].cents).toBe(model.room);
}

class Story {
  readonly done = new Balance<string>();
  readonly refusals = new Balance<string>();
  private turn = 0;
  model: Payments;
  constructor(model: Payments) {
    this.model = model;
  }

  /**
   * Three times out of four a command that the model accepts, otherwise one that it refuses; of either, the one that
   * was tried least.
   */
  private next(dice: (below: number) => number): Command {
    const judged = choices(this.model, today(), dice, String(this.turn * 10 + dice(10))).map((command) => {
      const { refused } = take(this.model, command, today());
      return { command, isTaken: refused === null, kind: refused ?? kindOf(this.model, command) };
    });
    const isTaken = dice(4) > 0;
    const some = judged.filter((one) => one.isTaken === isTaken);
    const fit = some.length ? some : judged;
    const kinds = [...new Set(fit.map(({ kind }) => kind))];
    const kind = (fit[0]?.isTaken ? this.done : this.refusals).next(kinds, dice(1_000));
    return fit.find((one) => one.kind === kind)?.command ?? { name: "claimRest" };
  }

  /** One command, or two at once from equally old pages, of which at most one is accepted. */
  async play(): Promise<void> {
    const dice = diceOf(seed() + ++this.turn);
    const count = !this.model.isClosed && dice(5) === 0 ? 2 : 1;
    const chosen = Array.from({ length: count }, () => this.next(dice));
    // What is left is claimed by three steps, each from a page of its own.
    const commands = chosen.some(({ name }) => name.endsWith("Rest")) ? chosen.slice(0, 1) : chosen;
    const before = this.model;
    const revision = await revisionNow();
    const said = await Promise.all(commands.map((command) => run(command, revision)));
    const told = () =>
      JSON.stringify({ commands, said }, (_, value) => (typeof value === "bigint" ? `${value}` : value));
    const taken = commands.filter((_, index) => said[index] === null);
    expect(taken.length, told()).toBeLessThan(2);
    for (const [index, command] of commands.entries()) {
      const { refused, model } = take(before, command, today());
      const isStale = taken.length > 0 && said[index] !== null;
      if (!isStale) expect([refused === null, told()]).toEqual([said[index] === null, told()]);
      if (said[index] === null) {
        this.model = model;
        const kind = kindOf(before, command);
        for (const name of new Set([kind, kind.replace(" again", "")])) this.done.took(name);
      } else if (refused) this.refusals.took(refused);
    }
    await expectAsModelled(this.model).catch((error) => {
      throw new Error(`${told()}\n${error}`);
    });
  }

  async playUntil(seen: readonly string[], refused: readonly string[], least: number): Promise<void> {
    const missing = () => [...this.done.missing(seen), ...this.refusals.missing(refused)];
    for (let count = 0; count < least || (missing().length && count < COMMANDS_MAX); count++) await this.play();
    console.log(`Taken: ${this.done.words()}. Refused: ${this.refusals.words()}.`);
    expect(missing()).toEqual([]);
  }
}

test("random payments, credits, corrections and recoveries are what the model says, in a closed year by two people too", async () => {
  const story = new Story(await setUp());
  await story.playUntil(SEEN, REFUSED, COMMANDS);
  await checkFund();
  await closeYearsBefore(year + 1);
  story.model = { ...story.model, isClosed: true };
  await story.playUntil(SEEN_CLOSED, [], COMMANDS / 5);
  expect(await listLedgerDifferences()).toEqual([]);
  await checkFund();
}, 600_000);
