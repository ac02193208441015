import type { Metadata } from "next";
import { DeskEmail } from "#components/site/desk-email.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";

export const metadata: Metadata = { title: "Page not found" };

/** The same page whether something does not exist or the reader may not know that it does. */
export default function NotFound() {
  return (
    <Narrow>
      <PageHeading title="Page not found" />
      <p>If you typed the address, check that it is correct. If you pasted it, check that you copied all of it.</p>
      <p>
        If you followed a link in an email, sign in with the address that the email was sent to: each person sees only
        what belongs to their own agency.
      </p>
      <p>
        If you were typing into a form that is no longer there, <a href="/unsent">read what you typed</a>.
      </p>
      <p>
        <a href="/">Go to the start page</a>, or email <DeskEmail /> if you think something should be here.
      </p>
    </Narrow>
  );
}
