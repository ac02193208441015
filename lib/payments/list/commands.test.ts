import { expect, test } from "vitest";
import { CLAIM_ORDERS, readClaimSearch } from "#lib/payments/schema.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { csvOf } from "#lib/platform/sheet.ts";
import { applicationId, budget, claimed, reference, useClaims, year } from "#lib/testing/claims.ts";
import { unguarded } from "#lib/testing/database.ts";
import { everyRow } from "#lib/testing/files.ts";
import { runSql } from "../../../bin/test-server.ts";
import * as payments from "./commands.ts";
import { eachClaim, listClaims, readClaimLists } from "./queries.ts";

const database = useClaims();

test("the list of all claims and its file say the same, however it is narrowed", async () => {
  const officer = await budget();
  const lists = await readClaimLists(officer);
  const narrowed: Record<string, string>[] = [
    {},
    { state: "PAID" },
    { state: "PAID", year: String(year) },
    { agency: lists.agencies?.[0]?.value ?? "" },
    { only: "ADVANCE" },
    { only: "UNSTATED", state: "PAID" },
    { only: "UNORDERED" },
  ];
  for (const sent of narrowed) {
    const search = readClaimSearch(sent, lists);
    if (search.errors) throw new Error(JSON.stringify(search.errors));
    const seen: string[] = [];
    let [before, sum] = ["", 0n];
    for (;;) {
      const page = await listClaims(officer, search.filter, before);
      for (const { id, cents } of page.rows) {
        seen.push(id);
        sum += cents;
      }
      if (!page.next) {
        expect([sent, seen.length, sum]).toEqual([sent, page.count, page.cents]);
        break;
      }
      before = page.next;
    }
    const sheet = await payments.exportClaims(officer, { format: "csv" }, search);
    expect([sheet.rows.length, sheet.total?.[9]]).toEqual([seen.length, sum]);
    expect(csvOf(sheet)).toContain(sheet.marking);
  }
  expect(readClaimSearch({ state: "PAYED" }, lists).errors).toEqual({ state: "State: choose from the list" });
});

test.each(Object.entries(CLAIM_ORDERS))(
  "by %s, the list goes on after each claim, and its file says the order",
  async (sort, order) => {
    const officer = await budget();
    const search = readClaimSearch({ sort }, {});
    if (search.errors) throw new Error(JSON.stringify(search.errors));
    const whole = await transaction((tx) => everyRow(eachClaim(tx, officer, search.filter)));
    const ids = whole.map(({ id }) => id);
    const nexts = ids.map(async (id) => (await listClaims(officer, search.filter, id)).rows[0]?.id);
    expect(await Promise.all(nexts)).toEqual([...ids.slice(1), undefined]);
    const keys = order.column === "Amount" ? whole.map(({ cents }) => cents) : ids;
    const sorted = [...keys].sort((a, b) => (a < b ? -1 : Number(a > b)));
    expect(keys).toEqual(order.isDescending ? sorted.reverse() : sorted);
    const { about } = await payments.exportClaims(officer, { format: "csv" }, search);
    expect(about[0]).toContain(`All claims. ${order.label}. Created`);
  },
);

test("claims from before their days had to be in order stay, and are listed", async () => {
  const [officer, number] = [await budget(), await claimed()];
  const unordered = async () => {
    const { rows } = await listClaims(officer, {
      state: null,
      year: null,
      agency: null,
      officer: null,
      only: "UNORDERED",
    });
    return rows.filter(({ application }) => application.reference === reference).map((row) => String(row.number));
  };
  expect(await unordered()).not.toContain(number);
  for (const sql of [
    `ALTER TABLE "Claim" DISABLE TRIGGER USER`,
    `UPDATE "Claim" SET "invoicedOn" = ("claimedAt" AT TIME ZONE 'Pacific/Auckland')::date + 1
      WHERE "applicationId" = '${applicationId}' AND number = ${number}`,
    `ALTER TABLE "Claim" ENABLE TRIGGER USER`,
  ]) {
    await runSql(database.ownerUrl, sql);
  }
  expect(await unordered()).toContain(number);
});

test("claims are listed neither to who is recused nor to an assessor who has not declared", async () => {
  const claim = await claimed();
  const officer = await budget();
  const listed = async (personId: string) =>
    (
      await listClaims({ ...officer, personId }, { state: null, year: null, agency: null, officer: null, only: null })
    ).rows.some(({ number, application }) => application.reference === reference && String(number) === claim);
  expect(await listed(officer.personId)).toBe(true);
  const somebody = async (name: string) =>
    (await unguarded().person.create({ data: { email: `${name}@mfat.example`, name, side: "MFAT" } })).id;
  const [tied, assessor] = [await somebody("tied"), await somebody("assessor")];
  const interest = { hasInterest: true, isRecused: true, description: "A brother works there." };
  await unguarded().interestDeclaration.create({ data: { applicationId, personId: tied, ...interest } });
  await db().duty.create({ data: { applicationId, personId: assessor, side: "MFAT", kind: "ASSESS" } });
  expect([await listed(tied), await listed(assessor)]).toEqual([false, false]);
});
