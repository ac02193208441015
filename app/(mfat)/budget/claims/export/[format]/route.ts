import { requireMfat } from "#lib/auth/session.ts";
import { refuseUnknown } from "#lib/form/filters.ts";
import { exportClaims } from "#lib/payments/list/commands.ts";
import { readClaimLists } from "#lib/payments/list/queries.ts";
import { readClaimSearch } from "#lib/payments/schema.ts";
import { answerSheet } from "#lib/web/sheets.ts";

type Context = { params: Promise<{ format: string }> };

/** Every claim in the list at the same address, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireMfat("budget:read"), params]);
  return answerSheet(request, format, async (asked, sent) => {
    const search = readClaimSearch(sent, await readClaimLists(actor));
    refuseUnknown(sent, search);
    return exportClaims(actor, asked, search);
  });
}
