import { randomUUID } from "node:crypto";
import { adjustEnvelope } from "#lib/budget/commands.ts";
import { USUAL_ENVELOPE_CENTS } from "#lib/budget/rules.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { yearBeginsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import { confirmChange } from "#lib/workflow/changes/commands.ts";

/** Two budget officers give the usual amount to each existing year that has no money yet. */
export async function giveEnvelopes(asker: MfatActor, confirmer: MfatActor): Promise<void> {
  const years = await db().financialYear.findMany({ where: { envelopeCents: 0 }, orderBy: { startYear: "asc" } });
  for (const { startYear } of years) {
    const request = { requestId: randomUUID() };
    await adjustEnvelope(asker, request, {
      startYear,
      changeCents: USUAL_ENVELOPE_CENTS,
      reason: `The fund’s envelope for ${formatYear(startYear)}`,
      source: `Estimates ${formatYear(startYear)}, Vote Foreign Affairs (demonstration)`,
      effectiveOn: yearBeginsOn(startYear),
    });
    const { id } = await db().changeRequest.findFirstOrThrow({
      where: { startYear, state: "ASKED", kind: "ENVELOPE" },
    });
    await confirmChange(confirmer, { requestId: randomUUID() }, id);
  }
}
