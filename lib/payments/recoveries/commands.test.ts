// A recovery that was recorded by mistake is undone: the money counts as paid again, and both stay on record.
import { expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { listCash } from "#lib/budget/cash/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import {
  applicationId,
  approved,
  asPortal,
  budget,
  claimed,
  desk,
  left,
  paidCents,
  pay,
  readClaim,
  recovered,
  reference,
  request,
  stateOf,
  useClaims,
} from "#lib/testing/claims.ts";
import { checkFund } from "#lib/testing/rules.ts";
import { TAKE, well } from "#lib/testing/steps.ts";
import { readStepForm } from "#lib/workflow/forms/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { reverseRecovery } from "./commands.ts";
import { listReversible } from "./queries.ts";

const database = useClaims();

const reversed = async (recovery: string, form = request(), by = budget) =>
  reverseRecovery(await by(), await form, reference, { recovery, reason: "It was another agency’s receipt." });

test("a recovery is reversed once, by a row and an entry that name it, and its receipt may be recorded again", async () => {
  const paid = await paidCents();
  const claim = await approved();
  await pay(claim);
  const [part, rest] = [await recovered(claim, { amount: 4_000n, reference: "REC 1" }), await recovered(claim)];
  expect([await stateOf(claim), await paidCents()]).toEqual(["RECOVERED", paid]);
  await expect(recovered(claim, { reference: "rec-1" })).rejects.toMatchObject({ code: "STATE" });
  const form = request();
  await reversed(part, form);
  await reversed(part, form);
  expect(await readClaim(claim)).toMatchObject({ state: "PAID", paidCents: 10_000n, backCents: 6_000n });
  await expect(reversed(part)).rejects.toMatchObject({
    fields: { recovery: "This recovery has already been reversed. Choose another" },
  });
  for (const id of ["x", claim, (await db().recovery.findFirstOrThrow({ where: { reversesId: part } })).id]) {
    await expect(reversed(id)).rejects.toMatchObject({ fields: { recovery: "Choose a recovery" } });
  }
  await recovered(claim, { amount: 1_000n, reference: "Rec 1" });
  await expect(recovered(claim, { amount: 1_000n, reference: "rec1" })).rejects.toMatchObject({
    fields: { reference: "A recovery with this reference is already recorded" },
  });
  await reversed(rest);
  expect([await readClaim(claim), await paidCents()]).toMatchObject([{ backCents: 1_000n }, paid + 9_000n]);
  const rows = await db().recovery.findMany({ where: { claim: { applicationId, number: Number(claim) } } });
  expect(rows).toHaveLength(5);
  const entries = await db().ledgerEntry.findMany({ where: { applicationId, reversesId: { not: null } } });
  expect(entries.map(({ kind, paidCents: cents, reason }) => [kind, cents, reason])).toEqual([
    ["PAY", 4_000n, `Claim ${claim} recovered, REC 1, reversed: It was another agency’s receipt.`],
    ["PAY", 6_000n, expect.stringMatching(/reversed: It was another/)],
  ]);
  const cash = (await listCash(await budget())).reduce((sum, { cents }) => sum + cents, 0n);
  expect(cash).toBe((await db().financialYear.aggregate({ _sum: { paidCents: true } }))._sum.paidCents);
  await checkFund();
});

test("both sides read of it, with the reason and the sum, and the form offers what can be reversed alone", async () => {
  const claim = await approved();
  await pay(claim);
  const id = await recovered(claim, { amount: 2_500n, reference: "REC READ" });
  const application = await getApplication(await budget(), reference);
  const form = await readStepForm(await budget(), application, "reverseRecovery", { claim });
  expect(form.initial).toEqual({ recovery: id });
  expect(JSON.stringify(form.fields)).toContain(
    `Claim ${claim}: $25.00 received on ${formatDay(dayOf(now()))}, REC READ`,
  );
  await reversed(id);
  const mail = await db().email.findFirstOrThrow({
    where: { applicationId, to: "contributor@police.example" },
    orderBy: { id: "desc" },
  });
  expect(mail.subject).toContain("recovery reversed");
  expect(mail.text).toMatch(/The recovery of \$25\.00, received on .* with the reference REC READ, is reversed/);
  expect(mail.text).toContain("The money counts as paid again.");
  const history = await listHistory(await budget(), applicationId);
  expect(JSON.stringify(history, (_, value) => (typeof value === "bigint" ? String(value) : value))).toContain(
    "It was another agency’s receipt.",
  );
  expect((await readStepForm(await budget(), application, "reverseRecovery", { claim })).initial.recovery).not.toBe(id);
});

test("what came back and was claimed again cannot be reversed, and is not offered", async () => {
  const claim = await approved();
  await pay(claim);
  const id = await recovered(claim);
  const again = await claimed({ amount: await left() });
  const refused = { code: "STATE", message: expect.stringContaining("only $0.00 of") };
  await expect(reversed(id)).rejects.toMatchObject(refused);
  expect((await listReversible(await budget(), applicationId)).map((one) => one.id)).not.toContain(id);
  await TAKE.returnClaim(await desk(), await request(), reference, (below) => Math.min(below - 1, 0));
  expect(await stateOf(again)).toBe("RETURNED");
  await reversed(id);
  expect(await stateOf(claim)).toBe("PAID");
  await checkFund();
});

test("two who reverse one recovery at once: one does; another office and a hold do not", async () => {
  const claim = await approved();
  await pay(claim);
  const id = await recovered(claim);
  await expect(reversed(id, request(), desk)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await TAKE.putOnHold(await desk(), await request(), reference, well);
  await expect(reversed(id)).rejects.toMatchObject({ code: "STATE", message: expect.stringContaining("on hold") });
  await TAKE.resume(await desk(), await request(), reference, well);
  const both = await Promise.allSettled([reversed(id, request()), reversed(id, request())]);
  expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await stateOf(claim)).toBe("PAID");
});

test("the database reverses a recovery whole, once, on its day, and takes no receipt twice", async () => {
  const claim = await approved();
  await pay(claim);
  const id = await recovered(claim, { reference: "REC DB" });
  const { personId: officer } = await budget();
  const forge = (columns: string, cents: string) =>
    asPortal(
      database.databaseUrl,
      `WITH step AS (INSERT INTO "AuditEvent" (event, "applicationId", action, "fromState", "toState", at, "actorId")
           VALUES ('application.forged', $1, 'reverseRecovery', 'ACTIVE', 'ACTIVE', now(), '${officer}')),
         row AS MATERIALIZED (SELECT gen_random_uuid() AS id),
         entry AS (INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "paidCents", reason, "effectiveOn", "requestId", at,
             "actorId", "recoveryId", "reversesId")
           SELECT r."startYear", $1, 'PAY', ${cents.replace("-", "")}, 'Forged', "receivedOn", gen_random_uuid(), now(), '${officer}', row.id, e.id
             FROM row, "Recovery" r JOIN "LedgerEntry" e ON e."recoveryId" = r.id WHERE r.id = $2)
       INSERT INTO "Recovery" (id, "applicationId", "claimId", "startYear", cents, "receivedOn", reference, "reversesId", reason,
           "recordedById") SELECT row.id, "applicationId", ${columns}, 'Forged', "recordedById"
         FROM row, "Recovery" r WHERE r.id = $2`,
      applicationId,
      id,
    );
  const whole = `"claimId", "startYear", -cents, "receivedOn", reference, r.id`;
  for (const other of [
    [whole.replace("-cents", "-cents + 1"), "-cents + 1"],
    [whole.replace(`"receivedOn"`, `"receivedOn" + 1`), "-cents"],
    [whole.replace(`"claimId"`, "NULL"), "-cents"],
    [whole.replace("reference", "'Other'"), "-cents"],
  ] as const) {
    expect(String(await forge(other[0], other[1]))).toMatch(/Recovery_reverses_exactly/);
  }
  expect(String(await forge(whole.replace("-cents", "cents"), "-cents"))).toMatch(/Recovery_(signed|reverses_exactly)/);
  expect(await forge(whole, "-cents")).toBeNull();
  expect(await stateOf(claim)).toBe("PAID");
  expect(String(await forge(whole, "-cents"))).toMatch(/Recovery_reversesId_key/);
  await recovered(claim, { amount: 1n, reference: "REC DB" });
  await expect(recovered(claim, { amount: 1n, reference: "rec-db" })).rejects.toMatchObject({
    fields: { reference: expect.any(String) },
  });
});
