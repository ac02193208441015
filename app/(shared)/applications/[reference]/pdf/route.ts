import { requireActor } from "#lib/auth/session.ts";
import { now } from "#lib/platform/clock.ts";
import { paperPdf } from "#lib/platform/pdf.ts";
import { getCopy } from "#lib/records/queries.ts";
import { applicationPaper } from "#lib/records/rules.ts";
import { attachment, orNotFound } from "#lib/web/action.ts";

type Context = { params: Promise<{ reference: string }> };

/** The printable copy as a PDF. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference }] = await Promise.all([requireActor(), params]);
  const paper = applicationPaper(await orNotFound(() => getCopy(actor, reference)), actor.side, now());
  return attachment(await paperPdf(paper), `${paper.reference}-application.pdf`, "application/pdf");
}
