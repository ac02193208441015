import { getApplication } from "../../../../../lib/applications/queries.ts";
import { findOffer } from "../../../../../lib/arrangements/queries.ts";
import { currentActor } from "../../../../../lib/auth/session.ts";
import { DomainError } from "../../../../../lib/errors.ts";
import { MARKING_LABELS } from "../../../../../lib/lifecycle/emails.ts";
import { letterPdf } from "../../../../../lib/pdf.ts";

type Context = { params: Promise<{ reference: string }> };

/** The offer letter as it was sent, as a PDF. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference }] = await Promise.all([currentActor(), params]);
  const nothing = new Response("Not found", { status: 404 });
  if (!actor) return nothing;
  try {
    const application = await getApplication(actor, reference);
    const offer = application.isOpen ? await findOffer(actor, application.id) : null;
    if (!offer) return nothing;
    const pdf = await letterPdf(offer.letter, { reference, marking: MARKING_LABELS[application.marking] });
    return new Response(new Uint8Array(pdf), {
      headers: {
        "content-type": "application/pdf",
        "content-disposition": `attachment; filename="${reference}-offer.pdf"`,
        "cache-control": "private, no-store",
      },
    });
  } catch (error) {
    if (error instanceof DomainError) return nothing;
    throw error;
  }
}
