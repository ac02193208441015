import type { Option } from "#lib/form/fields.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { RECOVERIES } from "#lib/payments/lines/queries.ts";
import { listYearsLeft } from "#lib/payments/queries.ts";
import { byTwo, roomIn, type YearLeft } from "#lib/payments/rules.ts";
import { formatDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { type Recovery, recoveriesToReverse } from "./rules.ts";

/** What came back of an arrangement and can be reversed now. `years`: what it has of each, where that is read already. */
export async function listReversible(
  actor: Actor,
  applicationId: string,
  years?: readonly YearLeft[],
): Promise<Recovery[]> {
  const recoveries = await db().recovery.findMany({
    ...RECOVERIES,
    where: { applicationId, arrangement: { application: scopeOf(actor) } },
  });
  if (!recoveries.length) return [];
  const left = years ?? (await listYearsLeft(db(), applicationId));
  return recoveriesToReverse(recoveries, (startYear) => roomIn(left, startYear));
}

/** The recoveries to choose from, those of one claim first chosen where its number is given. */
export async function listRecoveryOptions(
  actor: Actor,
  applicationId: string,
  claim = "",
): Promise<{ options: Option[]; chosen: string }> {
  const years = await listYearsLeft(db(), applicationId);
  const found = await listReversible(actor, applicationId, years);
  const options = found.map(({ id, cents, receivedOn, reference, reason, startYear, claim: of }) => ({
    value: id,
    label: `${of ? `Claim ${of.number}` : `Paid and not spent, ${formatYear(startYear)}`}: ${formatCents(cents)} received on ${formatDay(receivedOn)}, ${reference}`,
    hint: `${reason}${byTwo(years, startYear)}`,
  }));
  const fitting = found.filter((one) => !claim || String(one.claim?.number) === claim);
  return { options, chosen: fitting.length === 1 ? (fitting[0]?.id ?? "") : "" };
}
