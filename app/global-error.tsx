"use client";

import { SomethingWentWrong } from "../components/something-went-wrong.tsx";
import "./app.scss";

/** An error of the layout itself: the least that is still the portal. */
export default function LayoutError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en-NZ" className="govuk-template">
      <body className="govuk-template__body">
        <header className="app-header">
          <div className="app-wrap">
            <a className="app-brand" href="/">
              Pacific Security Fund
            </a>
          </div>
        </header>
        <main className="app-main app-wrap" id="main">
          <SomethingWentWrong id={error.digest} />
        </main>
      </body>
    </html>
  );
}
