import { changeOnce, type FormRequest } from "#lib/changes/commands.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { listedTo } from "#lib/lifecycle/queries.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay, yearEndsOn } from "#lib/platform/dates.ts";
import { DomainError, invalid, notFound } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { checkExpectation } from "./rules.ts";

export type NewExpectation = {
  reference: string;
  startYear: number;
  /** By 30 June, with what is paid already; null: the forecast counts again. */
  cents: bigint | null;
  note: string;
};
/**
 * Notes what is expected to be paid of an initiative by 30 June; it moves no money. The same request twice acts once.
 * @throws INVALID where it is less than is paid or more than is committed, or nothing is there to take back; STATE once the year is over
 */
export function noteExpectation(
  actor: MfatActor,
  { requestId, remoteAddress }: FormRequest,
  { reference, startYear, cents, note }: NewExpectation,
): Promise<void> {
  permit(actor, "expectation:note");
  return changeOnce(requestId, async (tx) => {
    const funding = await tx.applicationFunding.findFirst({
      where: { startYear, committedCents: { gt: 0 }, application: { AND: [listedTo(actor), { reference }] } },
    });
    if (!funding) throw notFound();
    if (dayOf(now()) > yearEndsOn(startYear)) {
      const ended = `${formatYear(startYear)} ended on ${formatDay(yearEndsOn(startYear))}`;
      throw new DomainError("STATE", `${ended}, so there is nothing left to expect.`);
    }
    const { applicationId } = funding;
    const newest = await tx.expectation.findFirst({
      where: { applicationId, startYear },
      orderBy: [{ at: "desc" }, { id: "desc" }],
    });
    const problem = checkExpectation(cents, newest?.cents ?? null, funding);
    if (problem) throw invalid({ total: problem });
    await tx.expectation.create({
      data: { applicationId, startYear, cents, note, notedById: actor.personId, at: now() },
    });
    await recordEvent(tx, {
      event: "expectation.noted",
      actor,
      applicationId,
      requestId,
      reason: note,
      data: { startYear, cents: cents?.toString() ?? null },
      ...(remoteAddress && { remoteAddress }),
    });
  });
}
