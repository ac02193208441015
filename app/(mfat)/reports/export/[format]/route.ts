import { requireMfat } from "#lib/auth/session.ts";
import { refuseUnknown } from "#lib/form/filters.ts";
import { exportReports } from "#lib/reports/commands.ts";
import { readReportLists } from "#lib/reports/queries.ts";
import { readReportSearch } from "#lib/reports/schema.ts";
import { answerSheet } from "#lib/web/sheets.ts";

type Context = { params: Promise<{ format: string }> };

/** Every report in the list at the same address, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireMfat(), params]);
  return answerSheet(request, format, async (asked, sent) => {
    const search = readReportSearch(sent, await readReportLists(actor));
    refuseUnknown(sent, search);
    return exportReports(actor, asked, search);
  });
}
