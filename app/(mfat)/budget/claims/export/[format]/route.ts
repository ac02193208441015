import { notFound } from "next/navigation";
import { requestContext, requireMfat } from "#lib/auth/session.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { exportClaims } from "#lib/payments/list/commands.ts";
import { readClaimLists } from "#lib/payments/list/queries.ts";
import { readClaimSearch } from "#lib/payments/schema.ts";
import { isSheetFormat } from "#lib/platform/sheet.ts";
import { orNotFound } from "#lib/web/action.ts";
import { sheetAttachment } from "#lib/web/workbook.ts";

type Context = { params: Promise<{ format: string }> };

/** Every claim that the list with the same address finds, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireMfat("budget:read"), params]);
  if (!isSheetFormat(format)) notFound();
  const sent = cleanValues(Object.fromEntries(new URL(request.url).searchParams));
  const search = readClaimSearch(sent, await orNotFound(() => readClaimLists(actor)));
  if (search.errors) return new Response(`${Object.values(search.errors).join("\n")}\n`, { status: 400 });
  const { remoteAddress } = await requestContext();
  const sheet = await exportClaims(actor, { format, ...(remoteAddress && { remoteAddress }) }, search);
  return sheetAttachment(sheet, format);
}
