import { requireMfat } from "#lib/auth/session.ts";
import { decisionPaper } from "#lib/decisions/note/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { paperPdf } from "#lib/platform/pdf.ts";
import { getDecisionNote } from "#lib/records/queries.ts";
import { attachment, orNotFound } from "#lib/web/action.ts";

type Context = { params: Promise<{ reference: string }> };

/** The decision note, as a PDF. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference }] = await Promise.all([requireMfat(), params]);
  const note = await orNotFound(async () => getDecisionNote(actor, reference));
  return attachment(
    await paperPdf(decisionPaper(note, now())),
    `${note.application.reference}-decision-note.pdf`,
    "application/pdf",
  );
}
