"use client";

import { SiteFooter } from "../components/site-footer.tsx";
import { SomethingWentWrong } from "../components/something-went-wrong.tsx";
import { WaveMark } from "../components/wave-mark.tsx";
import "./app.scss";

/** An error of the layout itself: the least that is still the portal. */
export default function LayoutError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en-NZ" className="govuk-template">
      <body className="govuk-template__body">
        <title>Sorry, something went wrong – Pacific Security Fund</title>
        <header className="app-header">
          <div className="app-wrap">
            <a className="app-brand" href="/">
              <WaveMark />
              Pacific Security Fund
            </a>
          </div>
        </header>
        <main className="app-main app-wrap" id="main">
          <SomethingWentWrong id={error.digest} />
        </main>
        <SiteFooter />
      </body>
    </html>
  );
}
