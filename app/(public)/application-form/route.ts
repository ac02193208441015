import { blankForm } from "#lib/applications/form/blank/rules.ts";
import { getLists } from "#lib/fund/queries.ts";
import { keptFor } from "#lib/platform/kept.ts";
import { paperPdf } from "#lib/platform/pdf.ts";
import { attachment } from "#lib/web/action.ts";

/** The same for everybody, and slow to make, so it is kept. */
const makeForm = keptFor(60, async () => paperPdf(blankForm(await getLists())));

/** The application form without answers, as a PDF. Public. */
export async function GET(): Promise<Response> {
  return attachment(await makeForm(), "pacific-security-fund-application-form.pdf", "application/pdf");
}
