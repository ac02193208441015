import { notFound } from "next/navigation";
import { requestContext, requireActor } from "#lib/auth/session.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { isSheetFormat } from "#lib/platform/sheet.ts";
import { exportApplications } from "#lib/views/commands.ts";
import { readFilterLists } from "#lib/views/queries.ts";
import { readSearch } from "#lib/views/schema.ts";
import { sheetAttachment } from "#lib/web/workbook.ts";

type Context = { params: Promise<{ format: string }> };

/** Everything that the list with the same address finds, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireActor(), params]);
  if (!isSheetFormat(format)) notFound();
  const sent = cleanValues(Object.fromEntries(new URL(request.url).searchParams));
  const search = readSearch(actor.side, sent, await readFilterLists(actor));
  if (search.errors) return new Response(`${Object.values(search.errors).join("\n")}\n`, { status: 400 });
  const { remoteAddress } = await requestContext();
  const sheet = await exportApplications(actor, { format, ...(remoteAddress && { remoteAddress }) }, search);
  return sheetAttachment(sheet, format);
}
