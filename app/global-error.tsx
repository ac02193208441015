"use client";

import "./app.scss";

/** An unexpected error. Kept short, because every page loads it. */
export default function PageError({ error: { digest } }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en-NZ" className="govuk-template">
      <body className="govuk-template__body">
        <title>Sorry, something went wrong – Pacific Security Fund</title>
        <main className="app-main app-wrap" id="main">
          <h1>Sorry, something went wrong</h1>
          <p>
            What you saved is safe. Try again, or <a href="/contact">contact the fund desk</a>.
            {digest && ` Give this number: ${digest}`}
          </p>
          <a href="/">Go to the start page</a>
        </main>
      </body>
    </html>
  );
}
