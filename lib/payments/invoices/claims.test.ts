// An invoice can be claimed once, whoever writes the claim and however its number is typed.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { type AgencyActor, asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { submitClaim, withdrawClaim } from "#lib/payments/commands.ts";
import { listClaims } from "#lib/payments/list/queries.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { invoiceOf } from "#lib/testing/claim-steps.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { runSql } from "../../../bin/test-server.ts";
import { invoiceKey } from "./rules.ts";

const database = useTestDatabase("template_demo");
let contributor: AgencyActor;
/** Two arrangements of one agency. */
let [one, other] = ["", ""];

beforeEach(async () => {
  const actor = await findActor("contributor@police.example");
  if (!actor) throw new Error("no contributor");
  contributor = asAgency(actor);
  const startYear = financialYearOf(dayOf(now()));
  const found = await db().application.findMany({
    where: {
      state: "ACTIVE",
      agencyId: contributor.agencyId,
      funding: { some: { startYear, committedCents: { gt: 0 } } },
    },
    orderBy: { reference: "desc" },
    take: 2,
  });
  [one, other] = found.map(({ reference }) => reference) as [string, string];
  await unguarded().claim.updateMany({
    where: { application: { reference: { in: [one, other] } }, state: { in: ["CLAIMED", "APPROVED"] } },
    data: { state: "CANCELLED", decidedAt: now() },
  });
});

const request = async (reference: string) => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { requestId: randomUUID(), revision };
};

async function claim(reference: string, invoiceNumber: string): Promise<string> {
  const today = dayOf(now());
  await submitClaim(contributor, await request(reference), reference, {
    basis: "WORK",
    workFrom: today,
    workTo: today,
    advanceReason: null,
    accountsFor: null,
    accounted: null,
    amount: 1_00n,
    gst: 0n,
    invoiceNumber,
    invoicedOn: today,
    milestone: "First course",
    invoice: await invoiceOf(contributor, reference),
  });
  const made = await db().claim.findFirstOrThrow({
    where: { application: { reference } },
    orderBy: { number: "desc" },
  });
  return `${reference}/${made.number}`;
}

test("the second claim is refused, naming the first; one that came to nothing may be claimed again", async () => {
  const first = await claim(one, "INV 2044");
  for (const typed of ["INV-2044", "INV2044", "INV–2044", "inv_2044", "ＩＮＶ　２０４４"]) {
    await expect(claim(other, typed)).rejects.toMatchObject({
      fields: { invoiceNumber: `Claim ${first} already has this invoice number, written “INV 2044”` },
    });
  }
  await expect(claim(one, "–")).rejects.toMatchObject({
    fields: { invoiceNumber: "Invoice number must include a letter or a number" },
  });
  const number = first.split("/")[1] ?? "";
  await withdrawClaim(contributor, await request(one), one, { claim: number, reason: "Wrong amount" });
  const second = await claim(other, "inv_2044");
  await expect(claim(one, "INV 2044")).rejects.toMatchObject({
    fields: { invoiceNumber: expect.stringContaining(second) },
  });
});

test("the database makes the same key of whatever is typed, and refuses the second claim itself", async () => {
  const typed = fc.array(
    fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constantFrom("–", "Ａ", "ā", "²", "_", "0", "00", "7")),
  );
  const anything = fc.sample(typed, 500).map((parts) => parts.join("").replaceAll("\0", ""));
  // Only one of the two simplifies a character that is newer than the database’s Unicode.
  const characters = [...new Set(anything.flatMap((text) => [...text]))];
  const known = await db().$queryRaw<{ c: string }[]>`
    SELECT c FROM unnest(${characters}::text[]) c WHERE unicode_assigned(c)`;
  const shared = new Set(known.map(({ c }) => c));
  expect(shared.size).toBeGreaterThan(300);
  const samples = anything.map((text) => [...text].filter((c) => shared.has(c)).join(""));
  const rows = await db().$queryRaw<{ key: string }[]>`
    SELECT invoice_key(t) AS key FROM unnest(${samples}::text[]) WITH ORDINALITY AS s(t, n) ORDER BY n`;
  expect(rows.map(({ key }) => key)).toEqual(samples.map(invoiceKey));

  const name = await claim(one, "RAW 77");
  const {
    id: _,
    number,
    ...row
  } = await db().claim.findFirstOrThrow({
    where: { application: { reference: one }, number: Number(name.split("/")[1]) },
  });
  const copy = (more: object) =>
    db()
      .claim.create({ data: { ...row, number: number + 100, ...more } })
      .then(
        () => null,
        (error: unknown) => fromDatabase(error),
      );
  expect(await copy({ invoiceNumber: "raw–77" })).toMatchObject({ code: "CONFLICT" });
  // Nor as one that claims to be older.
  expect(await copy({ invoiceNumber: "raw–77", sharesInvoice: true })).toMatchObject({ code: "CONFLICT" });
});

test("claims of one invoice from before this was refused stay, are listed, and keep a third away", async () => {
  const first = await claim(one, "OLD-1");
  const second = await claim(other, "OLD-2");
  const folder = join(import.meta.dirname, "../../../prisma/migrations/20261130131000_same_invoice/migration.sql");
  const [reference, number] = second.split("/");
  await runSql(
    database.ownerUrl,
    `SET session_replication_role = replica;
     DROP TRIGGER claim_invoice_once ON "Claim"; DROP FUNCTION claim_invoice_once; DROP INDEX "Claim_invoice_once";
     DROP INDEX "Payment_reference_once", "Recovery_reference_key";
     DROP FUNCTION invoice_key; ALTER TABLE "Claim" DROP COLUMN "sharesInvoice";
     CREATE UNIQUE INDEX "Claim_invoice_once" ON "Claim" ("agencyId", lower("invoiceNumber")) WHERE state NOT IN ('RETURNED', 'CANCELLED');
     UPDATE "Claim" SET "invoiceNumber" = 'old 1' FROM "Application" a
       WHERE a.id = "Claim"."applicationId" AND a.reference = '${reference}' AND number = ${number}`,
  );
  await runSql(database.ownerUrl, `SET session_replication_role = replica; ${readFileSync(folder, "utf8")}`);
  const actor = await findActor("budget@mfat.example");
  if (!actor) throw new Error("no budget officer");
  const { rows } = await listClaims(asMfat(actor), {
    state: null,
    year: null,
    agency: null,
    officer: null,
    only: "TWICE",
  });
  const names = rows.map((row) => `${row.application.reference}/${row.number}`);
  expect(names.sort()).toEqual([first, second].sort());
  await withdrawClaim(contributor, await request(one), one, { claim: first.split("/")[1] ?? "", reason: "Twice" });
  await expect(claim(one, "OLD_1")).rejects.toMatchObject({
    fields: { invoiceNumber: expect.stringContaining(second) },
  });
  const {
    id: _,
    number: last,
    ...row
  } = await db().claim.findFirstOrThrow({
    where: { application: { reference: one } },
    orderBy: { number: "desc" },
  });
  const forged = { ...row, number: last + 100, state: "CLAIMED" as const, decidedAt: null, decidedById: null };
  await expect(db().claim.create({ data: { ...forged, reason: null } })).rejects.toThrow(/Claim_invoice_once/);
});
