"use client";

import { Narrow } from "#components/ui/columns.tsx";

/**
 * What a page says that is not there. Next gives it to each part of a path, in case that a script finds nothing: in the browser, so that
 * its words are not sent with every page (bin/flight.mjs knows it by its name).
 */
export function NotFoundWords({ email }: { email: string }) {
  return (
    <Narrow>
      <div className="app-page-heading">
        <h1>Page not found</h1>
      </div>
      <p>If you typed the address, check that it is correct. If you pasted it, check that you copied all of it.</p>
      <p>
        If you followed a link in an email, sign in with the address that the email was sent to: each person sees only
        what belongs to their own agency.
      </p>
      <p>
        If you were typing into a form that is no longer there, <a href="/unsent">read what you typed</a>.
      </p>
      <p>
        <a href="/">Go to the start page</a>, or email <a href={`mailto:${email}`}>{email}</a> if you think something
        should be here.
      </p>
    </Narrow>
  );
}
