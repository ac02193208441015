import { requestContext, requireMfat } from "#lib/auth/session.ts";
import { makeStatement } from "#lib/budget/statement/commands.ts";
import { statementPaper } from "#lib/budget/statement/paper/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { paperPdf } from "#lib/platform/pdf.ts";
import { attachment, orNotFound } from "#lib/web/action.ts";

/** A financial year's statement as a PDF: of the current year, unless the address names another. */
export async function GET(request: Request): Promise<Response> {
  const actor = await requireMfat("budget:read");
  const year = new URL(request.url).searchParams.get("year");
  const startYear = year === null ? financialYearOf(dayOf(now())) : Number(year);
  const { remoteAddress } = await requestContext();
  const paper = statementPaper(
    await orNotFound(async () => makeStatement(actor, startYear, { ...(remoteAddress && { remoteAddress }) })),
  );
  const fileName = `${paper.marking}-budget-statement-${paper.reference}.pdf`.replace(/[^\w.-]+/g, "-");
  return attachment(await paperPdf(paper), fileName, "application/pdf");
}
