import { notFound } from "next/navigation";
import { orNotFound } from "#lib/action.ts";
import { requestContext, requireActor } from "#lib/auth/session.ts";
import { asMfat } from "#lib/permissions.ts";
import { isSheetFormat } from "#lib/sheet.ts";
import { exportVariations } from "#lib/variations/commands.ts";
import { sheetAttachment } from "#lib/workbook.ts";

type Context = { params: Promise<{ format: string }> };

/** The list of all variations, as the page with the same address shows it, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireActor(), params]);
  if (!isSheetFormat(format)) notFound();
  const sent = Object.fromEntries(new URL(request.url).searchParams);
  const { remoteAddress } = await requestContext();
  const sheet = await orNotFound(async () =>
    exportVariations(asMfat(actor), { format, ...(remoteAddress && { remoteAddress }) }, sent),
  );
  return sheetAttachment(sheet, format);
}
