import type { Metadata } from "next";
import { Letter } from "#components/application/letter.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { LETTERS, sinceSent } from "#lib/letters/rules.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { getLetter } from "#lib/records/queries.ts";
import { orNotFound } from "#lib/web/action.ts";

type Props = { params: Promise<{ reference: string }>; searchParams: Promise<Values> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Letter: ${(await params).reference}` };
}

/** A letter to the agency exactly as it was sent, for screen and print. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { reference }, values] = await Promise.all([requireActor(), params, searchParams]);
  const sent = text(values, "sent");
  const { letter, application } = await orNotFound(() => getLetter(actor, reference, sent));
  const since = sinceSent(letter, application.state);
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]} endorsement={application.endorsement}>
      <BackLink href={`/applications/${reference}`}>Back to {reference}</BackLink>
      <p className="app-no-print">
        <a href={`/applications/${reference}/letter/pdf${sent && `?sent=${letter.id}`}`}>
          Download the {LETTERS[letter.kind].label.toLowerCase()} (PDF)
        </a>
      </p>
      {since && <InsetText>{since}</InsetText>}
      <Letter letter={letter.text} level={1} />
    </MarkedPage>
  );
}
