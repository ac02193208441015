import { requireActor } from "#lib/auth/session.ts";
import { letterPaper } from "#lib/letters/paper/rules.ts";
import { LETTERS } from "#lib/letters/rules.ts";
import { formatMarking } from "#lib/lifecycle/emails.ts";
import { paperPdf } from "#lib/platform/pdf.ts";
import { getLetter } from "#lib/records/queries.ts";
import { attachment, orNotFound } from "#lib/web/action.ts";

type Context = { params: Promise<{ reference: string }> };

/** A letter to the agency exactly as it was sent, as a PDF. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference }] = await Promise.all([requireActor(), params]);
  const { searchParams } = new URL(request.url);
  const { letter, application } = await orNotFound(() => getLetter(actor, reference, searchParams.get("sent") ?? ""));
  const marking = formatMarking(application.marking, application.endorsement);
  const pdf = await paperPdf({ ...letterPaper(letter.text, { reference, marking }), fixedAt: letter.sentAt });
  return attachment(pdf, `${application.reference}-${LETTERS[letter.kind].slug}.pdf`, "application/pdf");
}
