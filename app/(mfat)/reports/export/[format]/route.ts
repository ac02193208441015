import { notFound } from "next/navigation";
import { requestContext, requireMfat } from "#lib/auth/session.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { isSheetFormat } from "#lib/platform/sheet.ts";
import { exportReports } from "#lib/reports/commands.ts";
import { readReportLists, readReportSearch } from "#lib/reports/queries.ts";
import { orNotFound } from "#lib/web/action.ts";
import { sheetAttachment } from "#lib/web/workbook.ts";

type Context = { params: Promise<{ format: string }> };

/** Everything that the list of reports with the same address finds, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireMfat(), params]);
  if (!isSheetFormat(format)) notFound();
  const sent = cleanValues(Object.fromEntries(new URL(request.url).searchParams));
  const { remoteAddress } = await requestContext();
  const sheet = await orNotFound(async () => {
    const search = readReportSearch(sent, await readReportLists(actor));
    return exportReports(actor, { format, ...(remoteAddress && { remoteAddress }) }, search);
  });
  return sheetAttachment(sheet, format);
}
