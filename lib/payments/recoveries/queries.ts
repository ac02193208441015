import type { Option } from "#lib/form/fields.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { RECOVERIES } from "#lib/payments/lines/queries.ts";
import { listYearsLeft } from "#lib/payments/queries.ts";
import { byTwo, roomIn } from "#lib/payments/rules.ts";
import { formatDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { type Recovery, recoveriesToReverse } from "./rules.ts";

/** What came back of an arrangement and can be reversed now, with its claim; null: it was paid and not spent. */
export async function listReversible(
  actor: Actor,
  applicationId: string,
): Promise<(Recovery & { claim: { number: number } | null })[]> {
  const [recoveries, years] = await Promise.all([
    db().recovery.findMany({
      select: { ...RECOVERIES.select, claim: { select: { number: true } } },
      orderBy: RECOVERIES.orderBy,
      where: { applicationId, arrangement: { application: scopeOf(actor) } },
    }),
    listYearsLeft(db(), applicationId),
  ]);
  return recoveriesToReverse(recoveries, (startYear) => roomIn(years, startYear));
}

/** What came back of an arrangement as a whole, which was paid and not spent. */
export const listUnspentBack = (actor: Actor, applicationId: string): Promise<Recovery[]> =>
  db().recovery.findMany({
    ...RECOVERIES,
    where: { applicationId, claimId: null, arrangement: { application: scopeOf(actor) } },
  });

/** The recoveries to choose from, those of one claim first chosen where its number is given. */
export async function listRecoveryOptions(
  actor: Actor,
  applicationId: string,
  claim = "",
): Promise<{ options: Option[]; chosen: string }> {
  const [years, found] = await Promise.all([listYearsLeft(db(), applicationId), listReversible(actor, applicationId)]);
  const options = found.map(({ id, cents, receivedOn, reference, reason, startYear, claim: of }) => ({
    value: id,
    label: `${of ? `Claim ${of.number}` : `Paid and not spent, ${formatYear(startYear)}`}: ${formatCents(cents)} received on ${formatDay(receivedOn)}, ${reference}`,
    hint: `${reason}${byTwo(years, startYear)}`,
  }));
  const fitting = found.filter((one) => !claim || String(one.claim?.number) === claim);
  return { options, chosen: fitting.length === 1 ? (fitting[0]?.id ?? "") : "" };
}
