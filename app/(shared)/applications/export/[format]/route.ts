import { notFound } from "next/navigation";
import { attachment } from "../../../../../lib/action.ts";
import { requestContext, requireActor } from "../../../../../lib/auth/session.ts";
import { now } from "../../../../../lib/clock.ts";
import { dayOf } from "../../../../../lib/dates.ts";
import { cleanValues } from "../../../../../lib/form.ts";
import { csvOf, sheetFileName } from "../../../../../lib/sheet.ts";
import { exportApplications } from "../../../../../lib/views/commands.ts";
import { readFilterLists } from "../../../../../lib/views/queries.ts";
import { readSearch } from "../../../../../lib/views/schema.ts";
import { workbookOf } from "../../../../../lib/workbook.ts";

type Context = { params: Promise<{ format: string }> };

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Everything that the list with the same address finds, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireActor(), params]);
  if (format !== "csv" && format !== "xlsx") notFound();
  const sent = cleanValues(Object.fromEntries(new URL(request.url).searchParams));
  const search = readSearch(actor.side, sent, await readFilterLists(actor));
  if (search.errors) return new Response(`${Object.values(search.errors).join("\n")}\n`, { status: 400 });
  const { remoteAddress } = await requestContext();
  const sheet = await exportApplications(actor, { format, ...(remoteAddress && { remoteAddress }) }, search);
  const fileName = sheetFileName(sheet, dayOf(now()), format);
  return format === "csv"
    ? attachment(Buffer.from(csvOf(sheet)), fileName, "text/csv; charset=utf-8")
    : attachment(await workbookOf(sheet), fileName, XLSX);
}
