import { notFound } from "next/navigation";
import { exportInterests } from "#lib/assessments/interests/commands.ts";
import { requestContext, requireMfat } from "#lib/auth/session.ts";
import { isSheetFormat } from "#lib/platform/sheet.ts";
import { orNotFound } from "#lib/web/action.ts";
import { sheetAttachment } from "#lib/web/workbook.ts";

type Context = { params: Promise<{ format: string }> };

/** The register of interests, as the page with the same address shows it, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireMfat(), params]);
  if (!isSheetFormat(format)) notFound();
  const isRecused = new URL(request.url).searchParams.get("show") === "recused";
  const { remoteAddress } = await requestContext();
  const sheet = await orNotFound(async () =>
    exportInterests(actor, { format, ...(remoteAddress && { remoteAddress }) }, { isRecused }),
  );
  return sheetAttachment(sheet, format);
}
