import { notFound } from "next/navigation";
import { attachment, orNotFound } from "../../../../../lib/action.ts";
import { getApplication } from "../../../../../lib/applications/queries.ts";
import { findOffer } from "../../../../../lib/arrangements/queries.ts";
import { letterPaper } from "../../../../../lib/arrangements/rules.ts";
import { requireActor } from "../../../../../lib/auth/session.ts";
import { formatMarking } from "../../../../../lib/lifecycle/emails.ts";
import { paperPdf } from "../../../../../lib/pdf.ts";

type Context = { params: Promise<{ reference: string }> };

/** The offer letter as it was sent, as a PDF. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference }] = await Promise.all([requireActor(), params]);
  const application = await orNotFound(() => getApplication(actor, reference));
  const offer = application.isOpen ? await findOffer(actor, application.id) : null;
  if (!offer) notFound();
  const marking = formatMarking(application.marking, application.endorsement);
  const pdf = await paperPdf(letterPaper(offer.letter, { reference: application.reference, marking }));
  return attachment(pdf, `${application.reference}-offer.pdf`, "application/pdf");
}
