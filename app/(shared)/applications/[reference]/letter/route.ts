import { notFound } from "next/navigation";
import { getApplication } from "#lib/applications/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { findLetter } from "#lib/letters/queries.ts";
import { LETTERS, letterPaper } from "#lib/letters/rules.ts";
import { formatMarking } from "#lib/lifecycle/emails.ts";
import { paperPdf } from "#lib/platform/pdf.ts";
import { attachment, orNotFound } from "#lib/web/action.ts";

type Context = { params: Promise<{ reference: string }> };

/** The letter that the agency was sent, as it was sent, as a PDF. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference }] = await Promise.all([requireActor(), params]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const letter = application.isOpen ? await findLetter(actor, application.id) : null;
  if (!letter) notFound();
  const marking = formatMarking(application.marking, application.endorsement);
  const pdf = await paperPdf(letterPaper(letter.text, { reference: application.reference, marking }));
  return attachment(pdf, `${application.reference}-${LETTERS[letter.kind].slug}.pdf`, "application/pdf");
}
