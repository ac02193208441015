import { notFound } from "next/navigation";
import { requestContext, requireActor } from "#lib/auth/session.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { isSheetFormat } from "#lib/platform/sheet.ts";
import { exportReports } from "#lib/reports/commands.ts";
import { readReportLists, readReportSearch } from "#lib/reports/queries.ts";
import { orNotFound } from "#lib/web/action.ts";
import { sheetAttachment } from "#lib/web/workbook.ts";

type Context = { params: Promise<{ format: string }> };

/** Everything that the list of reports with the same address finds, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireActor(), params]);
  if (!isSheetFormat(format)) notFound();
  const sent = cleanValues(Object.fromEntries(new URL(request.url).searchParams));
  const { remoteAddress } = await requestContext();
  const sheet = await orNotFound(async () => {
    const reader = asMfat(actor);
    const search = readReportSearch(sent, await readReportLists(reader));
    return exportReports(reader, { format, ...(remoteAddress && { remoteAddress }) }, search);
  });
  return sheetAttachment(sheet, format);
}
