import { notFound } from "next/navigation";
import { requireMfat } from "#lib/auth/session.ts";
import { exportBudget } from "#lib/budget/exports/commands.ts";
import { isBudgetList } from "#lib/budget/exports/rules.ts";
import { answerSheet } from "#lib/web/sheets.ts";

type Context = { params: Promise<{ list: string; format: string }> };

/** A budget list as a file, with the same rows as the page at the same address. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { list, format }] = await Promise.all([requireMfat("budget:read"), params]);
  if (!isBudgetList(list)) notFound();
  return answerSheet(request, format, async (asked, sent) => exportBudget(actor, asked, list, sent));
}
