import { filtersInWords } from "#lib/form/filters.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { CLAIM_ORDERS, type ClaimSearch } from "#lib/payments/schema.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { longReading } from "#lib/platform/db.ts";
import { passSheet, type Sheet, type SheetRequest } from "#lib/platform/sheet.ts";
import { eachClaim } from "./queries.ts";
import { claimSheet } from "./rules.ts";

/** All claims that a filter finds, as a file. The audit trail records who downloaded it. @throws FORBIDDEN */
export function exportClaims(
  actor: MfatActor,
  { format, remoteAddress, keep }: SheetRequest,
  search: Extract<ClaimSearch, { errors: null }>,
): Promise<Sheet> {
  return longReading(async (tx) => {
    const rows = eachClaim(tx, actor, search.filter);
    const sheet = await passSheet(claimSheet(filtersInWords(search, "All claims", CLAIM_ORDERS), now()), rows, keep);
    await recordEvent(tx, {
      event: "claims.exported",
      actor,
      data: { format, query: search.query, rows: sheet.count, marking: sheet.marking },
      ...(remoteAddress && { remoteAddress }),
    });
    return sheet;
  });
}
