// The list of all variations: its filters, and who may see it.

import { describe, expect, test } from "vitest";
import { db, transaction } from "#lib/platform/db.ts";
import { csvOf } from "#lib/platform/sheet.ts";
import { byName } from "#lib/platform/text.ts";
import { everyRow } from "#lib/testing/files.ts";
import {
  agencyId,
  arrangement,
  ask,
  cancel,
  desk,
  FIRST,
  phased,
  SECOND,
  somebody,
  useVariations,
} from "#lib/testing/variations.ts";
import * as variations from "./commands.ts";
import { eachVariation, listRegister } from "./queries.ts";
import { changeOfTotal, waitsOnWords } from "./rules.ts";
import { REGISTER_ORDERS } from "./schema.ts";

useVariations();

describe("the list of all variations", () => {
  const any = { state: null, kind: null, agency: null, officer: null };

  test("is narrowed by state, kind and agency, in pages and as a file that says so", async () => {
    const reference = await arrangement();
    await ask(reference, { kind: "COST", phasing: phased(FIRST + 7_00n, SECOND) });
    const open = await listRegister(desk, { state: "OPEN", kind: "COST", agency: agencyId, officer: null });
    const found = open.rows.find(({ application }) => application.reference === reference);
    expect([found && changeOfTotal(found), found && waitsOnWords(found)]).toEqual([7_00n, "the budget officer"]);
    expect(open.rows.every(({ kind, decidedAt }) => kind === "COST" && decidedAt === null)).toBe(true);
    const all = await listRegister(desk, any);
    expect([all.count, all.rows.length]).toEqual([await db().variation.count(), all.count]);

    const unknown = variations.exportVariations(desk, { format: "csv" }, { state: "OPEN", agency: "nobody" });
    await expect(unknown).rejects.toMatchObject({ fields: { agency: expect.any(String) } });
    const sheet = await variations.exportVariations(desk, { format: "csv" }, { state: "OPEN", kind: "COST" });
    expect(sheet.about[0]).toMatch(/^State: Not decided or cancelled yet; Kind: Cost\. Newest first\. /);
    expect(csvOf(sheet)).toContain(`${reference},${reference},`);
    expect(sheet.rows).toHaveLength((await listRegister(desk, { ...any, state: "OPEN", kind: "COST" })).count);
    expect(await db().auditEvent.count({ where: { event: "variations.exported", actorId: desk.personId } })).toBe(1);
    await cancel(reference);
  });

  test.each(Object.entries(REGISTER_ORDERS))(
    "by %s, it goes on after each row, and the file has the same order",
    async (sort, order) => {
      const references = [await arrangement(), await arrangement(), await arrangement()];
      for (const reference of references)
        await ask(reference, { kind: "COST", phasing: phased(FIRST + 7_00n, SECOND) });
      const whole = await transaction((tx) => everyRow(eachVariation(tx, desk, { ...any, sort })));
      const ids = whole.map(({ id }) => id);
      const nexts = ids.map(async (id) => (await listRegister(desk, { ...any, sort }, id)).rows[0]?.id);
      expect(await Promise.all(nexts)).toEqual([...ids.slice(1), undefined]);
      const keys = whole.map(({ askedAt, application }) =>
        sort.startsWith("agency") ? application.agency.abbreviation : askedAt.toJSON(),
      );
      const sorted = keys.toSorted(byName);
      expect(keys).toEqual(order.isDescending ? sorted.reverse() : sorted);
      for (const reference of references) await cancel(reference);
    },
  );

  test("is not for an assessor, and has no words of an application", async () => {
    const assessor = await somebody("ASSESSOR");
    await expect(listRegister(assessor, any)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const { rows } = await listRegister(desk, any);
    expect(rows.some((row) => "reason" in row)).toBe(false);
  });
});
