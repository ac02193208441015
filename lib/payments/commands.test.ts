import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { now, shiftClock } from "../clock.ts";
import { addDays, dayOf } from "../dates.ts";
import { db } from "../db.ts";
import { findActor } from "../people/queries.ts";
import { asMfat } from "../permissions.ts";
import { useTestDatabase } from "../test-database.ts";
import { recordPayment } from "./commands.ts";

useTestDatabase("template_demo");
afterEach(() => shiftClock(0));

const HOUR_MS = 3_600_000;

async function pay(paidOn: Date): Promise<void> {
  const budget = asMfat((await findActor("budget@mfat.example")) ?? never());
  const { reference, revision } = await db().application.findFirstOrThrow({
    where: { state: "ACTIVE" },
    orderBy: { reference: "desc" },
  });
  const { startYear } = await db().applicationFunding.findFirstOrThrow({ where: { application: { reference } } });
  await recordPayment(budget, { requestId: randomUUID(), revision }, reference, {
    year: String(startYear),
    amount: 100n,
    paidOn,
    reference: `FIN-${randomUUID()}`,
  });
}
const never = () => {
  throw new Error("The demo has no such person.");
};

test.each([1, 9, 15, 23])(
  "what is paid today in New Zealand is recorded today, %d hours after its midnight",
  async (hours) => {
    const midnight = new Date(`${dayOf(new Date()).toISOString().slice(0, 10)}T00:00:00+13:00`);
    shiftClock(midnight.getTime() + hours * HOUR_MS - Date.now());
    await pay(dayOf(now()));
    await expect(pay(addDays(dayOf(now()), 1))).rejects.toMatchObject({ fields: { "paidOn-day": expect.any(String) } });
  },
);
