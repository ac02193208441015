import { attachment, orNotFound } from "#lib/action.ts";
import { requireActor } from "#lib/auth/session.ts";
import { now } from "#lib/clock.ts";
import { decisionPaper } from "#lib/decisions/note/rules.ts";
import { paperPdf } from "#lib/pdf.ts";
import { asMfat } from "#lib/permissions.ts";
import { getDecisionNote } from "#lib/records/queries.ts";

type Context = { params: Promise<{ reference: string }> };

/** The note on the decision, as a PDF. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference }] = await Promise.all([requireActor(), params]);
  const note = await orNotFound(async () => getDecisionNote(asMfat(actor), reference));
  return attachment(
    await paperPdf(decisionPaper(note, now())),
    `${note.application.reference}-decision-note.pdf`,
    "application/pdf",
  );
}
