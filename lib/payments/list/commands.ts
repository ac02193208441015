import { filtersInWords } from "#lib/form/filters.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { CLAIM_ORDERS, type ClaimSearch } from "#lib/payments/schema.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { transaction } from "#lib/platform/db.ts";
import type { Sheet, SheetFormat } from "#lib/platform/sheet.ts";
import { listAllClaims } from "./queries.ts";
import { claimSheet } from "./rules.ts";

type ExportRequest = { format: SheetFormat; remoteAddress?: string };

/** All claims that a filter finds, as a file. The audit trail records who downloaded it. @throws FORBIDDEN */
export function exportClaims(
  actor: MfatActor,
  { format, remoteAddress }: ExportRequest,
  search: Extract<ClaimSearch, { errors: null }>,
): Promise<Sheet> {
  return transaction(async (tx) => {
    const rows = await listAllClaims(tx, actor, search.filter);
    const sheet = claimSheet(rows, filtersInWords(search, "All claims", CLAIM_ORDERS), now());
    await recordEvent(tx, {
      event: "claims.exported",
      actor,
      data: { format, query: search.query, rows: rows.length, marking: sheet.marking },
      ...(remoteAddress && { remoteAddress }),
    });
    return sheet;
  });
}
