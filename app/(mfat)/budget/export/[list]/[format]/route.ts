import { notFound } from "next/navigation";
import { orNotFound } from "#lib/action.ts";
import { requestContext, requireActor } from "#lib/auth/session.ts";
import { exportBudget } from "#lib/budget/exports/commands.ts";
import { isBudgetList } from "#lib/budget/exports/rules.ts";
import { DomainError } from "#lib/errors.ts";
import { cleanValues } from "#lib/form.ts";
import { asMfat } from "#lib/permissions.ts";
import { isSheetFormat } from "#lib/sheet.ts";
import { sheetAttachment } from "#lib/workbook.ts";

type Context = { params: Promise<{ list: string; format: string }> };

/** A list of the budget, as the page with the same address shows it, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { list, format }] = await Promise.all([requireActor(), params]);
  if (!isBudgetList(list) || !isSheetFormat(format)) notFound();
  const sent = cleanValues(Object.fromEntries(new URL(request.url).searchParams));
  const { remoteAddress } = await requestContext();
  try {
    const sheet = await orNotFound(async () =>
      exportBudget(asMfat(actor), { format, ...(remoteAddress && { remoteAddress }) }, list, sent),
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
