// What was paid for work of a closed year is corrected by two people: one asks for the step, another takes it.
import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { listLedger } from "#lib/budget/ledger/queries.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { readYearEnd } from "#lib/budget/years/queries.ts";
import { shortOf } from "#lib/budget/years/rules.ts";
import { declineChange, withdrawChange } from "#lib/changes/commands.ts";
import { getChange } from "#lib/changes/queries.ts";
import { changeTitle } from "#lib/changes/rules.ts";
import type { Values } from "#lib/form/fields.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { unguarded } from "#lib/testing/database.ts";
import { beginsAt, firstDay, lastDay } from "#lib/testing/year-days.ts";
import { newModel, run, useYearFund } from "#lib/testing/year-fund.ts";
import { confirmChange } from "#lib/workflow/changes/commands.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import type { StepKey } from "#lib/workflow/steps.ts";
import { inSession, runSql } from "../../../bin/test-server.ts";
import { askInClosedYear } from "./commands.ts";

const database = useYearFund();

let year = 0;
let reference = "";
let asks: MfatActor;
let confirms: MfatActor;
const goTo = (day: number) => shiftClock(beginsAt(day) + 43_200_000 - Date.now());
const once = () => ({ requestId: randomUUID() });
const request = async () => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { ...once(), revision };
};
const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );
const returned = (claim: number, more = {}) => {
  const on = new Date((lastDay(year) + 50) * 86_400_000);
  const day = { "receivedOn-day": String(on.getUTCDate()), "receivedOn-month": String(on.getUTCMonth() + 1) };
  const own = { ...day, "receivedOn-year": String(on.getUTCFullYear()), reference: `REC ${claim}` };
  return { claim: String(claim), reason: "Paid twice", ...own, ...more };
};
const ask = async (claim: number, more = {}) =>
  (await askInClosedYear(asks, await request(), reference, "recoverPayment", returned(claim, more))) ?? "";
const somebody = async (role: Role): Promise<MfatActor> => {
  const email = `${role.toLowerCase()}@closed.example`;
  await unguarded().person.create({ data: { email, name: role, side: "MFAT", roles: { create: { role } } } });
  return asMfat((await findActor(email)) ?? (undefined as never));
};
const paid = async () =>
  (await db().applicationFunding.findFirstOrThrow({ where: { application: { reference }, startYear: year } }))
    .paidCents;
const stateOf = async (number: number) =>
  (await db().claim.findFirstOrThrow({ where: { application: { reference }, number } })).state;

beforeAll(async () => {
  await newModel(1, 0);
  await unguarded().application.updateMany({ where: { state: "ACTIVE" }, data: { marking: "IN_CONFIDENCE" } });
  ({ reference } = await db().application.findFirstOrThrow({ where: { state: "ACTIVE" }, orderBy: { id: "desc" } }));
  year = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
  const who = async (email: string) => asMfat((await findActor(email)) ?? (undefined as never));
  [asks, confirms] = [await who("asks@envelope.example"), await who("confirms@envelope.example")];
  const step = async () => ({ initiative: 0, revision: (await request()).revision });
  const taken = async (command: Parameters<typeof run>[0]) => expect(await run(command)).toBeNull();
  goTo(lastDay(year) - 3);
  await taken({ name: "planYears" });
  await taken({ name: "give", initiative: 0, year, cents: 60_00n });
  for (const claim of [1, 2, 3, 4, 5, 6]) {
    const own = { token: `invoice ${claim}`, on: firstDay(year) + 1, cents: 10_00n, isAdvance: false };
    await taken({ name: "claim", ...(await step()), ...own, accountsFor: null, accounted: 0n });
    await taken({ name: "confirmWork", ...(await step()), claim });
    await taken({ name: "approveClaim", ...(await step()), claim });
    await taken({ name: "pay", ...(await step()), claim, on: lastDay(year) - 3 });
  }
  await taken({ name: "setCutoff", year, day: lastDay(year) + 10 });
});

test("in an open year one person recovers a payment; nothing is asked", async () => {
  goTo(lastDay(year) + 5);
  expect(await askInClosedYear(asks, await request(), reference, "recoverPayment", returned(1))).toBeNull();
  expect(await askInClosedYear(asks, await request(), reference, "approveClaim", { claim: "1" })).toBeNull();
});

test("in a closed year it is asked for by one and taken by another, with both names in the ledger", async () => {
  goTo(lastDay(year) + 20);
  expect(await run({ name: "close", token: "close", year })).toBeNull();
  expect(await run({ name: "confirm", change: "close", isSamePerson: false })).toBeNull();
  goTo(lastDay(year) + 60);
  // One person alone is refused, whichever way they try.
  const alone = { values: returned(1), isLater: false };
  await expect(takeStep(asks, await request(), reference, "recoverPayment", alone)).rejects.toThrow(
    /Recovery_by_two|another confirms/,
  );

  const twice = await request();
  const send = () => askInClosedYear(asks, twice, reference, "recoverPayment", returned(1));
  const id = (await send()) ?? "";
  expect(await send()).toBe(id);
  expect([await stateOf(1), await paid()]).toEqual(["PAID", 60_00n]);
  const change = await getChange(confirms, id);
  expect([changeTitle(change), change.reason]).toEqual([
    `Recover payment of ${reference}, claim 1, in ${formatYear(year)}, which is closed: $10.00`,
    "Paid twice",
  ]);
  const marked = await db().email.findMany({ where: { subject: { contains: changeTitle(change) } } });
  expect(marked.length).toBeGreaterThan(1);
  for (const mail of marked) {
    expect(mail.subject).toMatch(/^\[IN-CONFIDENCE\] /);
    expect(mail.text).not.toContain("Paid twice");
  }
  const [desk, assessor] = [await somebody("DESK"), await somebody("ASSESSOR")];
  expect(await getChange(desk, id)).toMatchObject({ state: "ASKED" });
  expect((await refusal(getChange(assessor, id))).code).toBe("NOT_FOUND");
  expect(await refusal(ask(1))).toMatchObject({
    code: "CONFLICT",
    message: expect.stringMatching(/is already waiting/),
  });
  expect((await refusal(confirmChange(asks, once(), id))).code).toBe("FORBIDDEN");
  expect(await db().auditEvent.count({ where: { event: "application.paymentRecovered" } })).toBe(0);

  const confirmed = once();
  await Promise.all([1, 2].map(() => confirmChange(confirms, confirmed, id)));
  expect([await stateOf(1), await paid()]).toEqual(["RECOVERED", 50_00n]);
  // What came back is not accrued: the year's end shows it separately.
  const { unspent } = await readYearEnd(asks, year);
  expect(unspent.map((line) => [line.statedCents, shortOf(line)])).toEqual([[0n, 10_00n]]);
  const filter = { startYear: year, kind: "RECOVER", reference, month: null } as const;
  const { lines } = await listLedger(asks, filter);
  expect(lines).toMatchObject([{ changeId: id, askedBy: "asks", by: "confirms", paidCents: -10_00n }]);
  expect(await db().auditEvent.findFirstOrThrow({ where: { event: "application.paymentRecovered" } })).toMatchObject({
    actorId: confirms.personId,
    reason: "Paid twice",
  });
});

test("who asks keeps the initiative from the try of the step to the end: no other step comes between, and waits for the year", async () => {
  goTo(lastDay(year) + 60);
  const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
  await inSession(database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; LOCK TABLE "ChangeRequest" IN SHARE MODE`);
    const asked = ask(2);
    let isOver = false;
    const over = asked.finally(() => {
      isOver = true;
    });
    over.catch(() => {});
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while (!isOver && !(await runSql(database.ownerUrl, waiting)).length) await new Promise((go) => setTimeout(go, 2));
    if (isOver) await asked;
    const locking = runSql(database.ownerUrl, `SELECT 1 FROM "Application" WHERE id = $1 FOR UPDATE NOWAIT`, [id]);
    await expect(locking).rejects.toMatchObject({ code: "55P03" });
    await holder.query("COMMIT");
    await withdrawChange(asks, once(), await asked, "Tried");
  });
});

test("what would refuse the step refuses to ask for it, and to confirm it once it is so", async () => {
  goTo(lastDay(year) + 60);
  expect((await refusal(ask(1))).code).toBe("STATE");
  expect((await refusal(ask(2, { reference: "" }))).fields).toHaveProperty("reference");
  const id = await ask(2, { reference: "REC 1" }).catch((error) => error.fields);
  expect(id).toHaveProperty("reference");
  const [first, second] = [await ask(2), await ask(3, { reference: "REC 2" })];
  await confirmChange(confirms, once(), first);
  expect((await refusal(confirmChange(confirms, once(), second))).fields).toHaveProperty("reference");
  expect([await getChange(asks, second), await stateOf(3)]).toMatchObject([{ state: "ASKED" }, "PAID"]);
  await declineChange(confirms, once(), second, "The reference is wrong");
  const third = await ask(3);
  await withdrawChange(asks, once(), third, "It has not come back");
  expect([await stateOf(3), await paid()]).toEqual(["PAID", 40_00n]);
  await confirmChange(confirms, once(), await ask(3, { amount: "1.50" }));
  expect([await stateOf(3), await paid()]).toEqual(["PAID", 38_50n]);
  const { text } = await db().email.findFirstOrThrow({
    where: { subject: { contains: "payment recovered" } },
    orderBy: { id: "desc" },
  });
  expect(text).toContain(`$1.50 came back. ${formatYear(year)} is closed`);
});

/** The newest current line of a claim: a payment, or a credit note. */
const lineOf = async (number: number, isCredit = false) =>
  (
    await db().paymentLine.findFirstOrThrow({
      where: { claim: { application: { reference }, number }, isCredit, reversesId: null, reversal: null },
      orderBy: { id: "desc" },
    })
  ).id;
const onDay = (name: string, day: number) => {
  const on = new Date(day * 86_400_000);
  const parts = { day: on.getUTCDate(), month: on.getUTCMonth() + 1, year: on.getUTCFullYear() };
  return Object.fromEntries(Object.entries(parts).map(([part, value]) => [`${name}-${part}`, String(value)]));
};

test("whatever else corrects a payment of a closed year takes two people, and the frozen statement stays as it was", async () => {
  const frozen = await db().statementRow.findMany({ orderBy: [{ section: "asc" }, { key: "asc" }] });
  goTo(lastDay(year) + 70);
  const because = { reason: "As the bank says" };
  const recovery = await db().recovery.findFirstOrThrow({
    where: { claim: { number: 1, application: { reference } } },
  });
  const taken = async (step: StepKey, values: Values, claim: number) => {
    const alone = { values, isLater: false };
    await expect(takeStep(asks, await request(), reference, step, alone)).rejects.toThrow(/_by_two|another confirms/);
    const id = (await askInClosedYear(asks, await request(), reference, step, values)) ?? "";
    expect((await refusal(confirmChange(asks, once(), id))).code).toBe("FORBIDDEN");
    await confirmChange(confirms, once(), id);
    const entries = await db().ledgerEntry.findMany({ where: { changeId: id }, orderBy: { id: "asc" } });
    return [
      changeTitle(await getChange(asks, id)).replace(/, in .*:/, ""),
      await stateOf(claim),
      await paid(),
      entries.map(({ kind, paidCents }) => `${kind} ${paidCents}`),
    ];
  };
  const title = (label: string, claim: number, sum: string) => `${label} of ${reference}, claim ${claim} ${sum}`;
  expect(
    await taken(
      "recordReturnedPayment",
      { payment: await lineOf(4), ...onDay("returnedOn", lastDay(year) + 65), ...because },
      4,
    ),
  ).toEqual([title("Record returned payment", 4, "$10.00"), "APPROVED", 28_50n, ["RECOVER -1000"]]);
  // One person pays it again, like any other approved claim.
  const again = {
    values: { claim: "4", reference: "FIN again", ...onDay("paidOn", lastDay(year) + 69) },
    isLater: false,
  };
  await takeStep(asks, await request(), reference, "recordPayment", again);
  expect([await stateOf(4), await paid()]).toEqual(["PAID", 38_50n]);
  expect(await taken("correctPayment", { payment: await lineOf(5), amount: "9.00", ...because }, 5)).toEqual([
    title("Correct payment", 5, "$10.00"),
    "PART_PAID",
    37_50n,
    ["RECOVER -1000", "PAY 900"],
  ]);
  const credit = { claim: "6", amount: "4.00", creditNumber: "CN 1", reference: "FIN credit" };
  expect(await taken("recordCreditNote", { ...credit, ...onDay("paidOn", lastDay(year) + 69), ...because }, 6)).toEqual(
    [title("Record credit note", 6, "$4.00"), "PAID", 33_50n, ["RECOVER -400"]],
  );
  expect(await taken("correctPayment", { payment: await lineOf(6, true), amount: "0", ...because }, 6)).toEqual([
    title("Correct payment", 6, "$4.00"),
    "PAID",
    37_50n,
    ["PAY 400"],
  ]);
  expect(await taken("reverseRecovery", { recovery: recovery.id, ...because }, 1)).toEqual([
    title("Reverse recovery", 1, "$10.00"),
    "PAID",
    47_50n,
    ["PAY 1000"],
  ]);
  const { lines } = await listLedger(asks, { startYear: year, kind: "PAY", reference, month: null });
  expect(lines[0]).toMatchObject({ askedBy: "asks", by: "confirms", reversesId: expect.any(BigInt) });
  expect(await db().statementRow.findMany({ orderBy: [{ section: "asc" }, { key: "asc" }] })).toEqual(frozen);
  expect(await listLedgerDifferences()).toEqual([]);
});
