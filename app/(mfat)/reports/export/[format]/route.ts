import { notFound } from "next/navigation";
import { orNotFound } from "#lib/action.ts";
import { requestContext, requireActor } from "#lib/auth/session.ts";
import { cleanValues } from "#lib/form.ts";
import { asMfat } from "#lib/permissions.ts";
import { exportReports } from "#lib/reports/commands.ts";
import { readReportLists, readReportSearch } from "#lib/reports/queries.ts";
import { isSheetFormat } from "#lib/sheet.ts";
import { sheetAttachment } from "#lib/workbook.ts";

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
