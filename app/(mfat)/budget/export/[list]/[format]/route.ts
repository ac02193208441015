import { notFound } from "next/navigation";
import { requestContext, requireMfat } from "#lib/auth/session.ts";
import { exportBudget } from "#lib/budget/exports/commands.ts";
import { isBudgetList } from "#lib/budget/exports/rules.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { isSheetFormat } from "#lib/platform/sheet.ts";
import { orNotFound } from "#lib/web/action.ts";
import { sheetAttachment } from "#lib/web/workbook.ts";

type Context = { params: Promise<{ list: string; format: string }> };

/** A list of the budget, as the page with the same address shows it, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { list, format }] = await Promise.all([requireMfat("budget:read"), params]);
  if (!isBudgetList(list) || !isSheetFormat(format)) notFound();
  const sent = cleanValues(Object.fromEntries(new URL(request.url).searchParams));
  const { remoteAddress } = await requestContext();
  try {
    const sheet = await orNotFound(async () =>
      exportBudget(actor, { format, ...(remoteAddress && { remoteAddress }) }, list, sent),
    );
    return await sheetAttachment(sheet, format);
  } catch (error) {
    // A ledger that is longer than a file holds.
    if (error instanceof DomainError && error.code === "INVALID") {
      return new Response(`${error.message}\n`, { status: 400 });
    }
    throw error;
  }
}
