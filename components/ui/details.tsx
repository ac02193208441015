import type { ReactNode } from "react";

/** What only some readers need, collapsed under a line that says what it is. */
export function Details({ summary, isOpen, children }: { summary: ReactNode; isOpen?: boolean; children: ReactNode }) {
  return (
    <details className="govuk-details" open={isOpen}>
      <summary className="govuk-details__summary">
        <span className="govuk-details__summary-text">{summary}</span>
      </summary>
      <div className="govuk-details__text">{children}</div>
    </details>
  );
}

const CHARS_SHOWN = 320;

/** A text with its own line breaks. The end of a long text is collapsed. */
export function Shortened({ text }: { text: string }) {
  const end = text.lastIndexOf(" ", CHARS_SHOWN);
  if (text.length <= CHARS_SHOWN || end < 0) return <span className="app-line">{text}</span>;
  return (
    <>
      <span className="app-line">{text.slice(0, end)} …</span>
      <Details summary="Read in full">
        <span className="app-line">{text}</span>
      </Details>
    </>
  );
}
