import { notFound } from "next/navigation";
import { requestContext, requireMfat } from "#lib/auth/session.ts";
import { isSheetFormat } from "#lib/platform/sheet.ts";
import { exportVariations } from "#lib/variations/commands.ts";
import { orNotFound } from "#lib/web/action.ts";
import { sheetAttachment } from "#lib/web/workbook.ts";

type Context = { params: Promise<{ format: string }> };

/** The list of all variations, as the page with the same address shows it, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireMfat(), params]);
  if (!isSheetFormat(format)) notFound();
  const sent = Object.fromEntries(new URL(request.url).searchParams);
  const { remoteAddress } = await requestContext();
  const sheet = await orNotFound(async () =>
    exportVariations(actor, { format, ...(remoteAddress && { remoteAddress }) }, sent),
  );
  return sheetAttachment(sheet, format);
}
