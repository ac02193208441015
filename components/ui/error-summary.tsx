"use client";

import { useEffect, useRef } from "react";

type ErrorSummaryProps = {
  /** Field name to message. Each line links to `#name`. */
  errors: Readonly<Record<string, string>>;
  /** What is wrong with the form as a whole. */
  problem?: string;
};

const PREFIX = "Error: ";

/**
 * What is wrong, at the top of the form, in the same words as at the fields. It takes focus when it appears and
 * whenever the errors change, and the page's title starts with "Error: " while it is there. Renders nothing without
 * errors.
 */
export function ErrorSummary({ errors, problem }: ErrorSummaryProps) {
  const summary = useRef<HTMLElement>(null);
  const lines = Object.entries(errors);
  const isShown = lines.length > 0 || problem !== undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: new errors take the focus anew
  useEffect(() => {
    if (!isShown) return;
    summary.current?.focus();
    if (!document.title.startsWith(PREFIX)) document.title = PREFIX + document.title;
    return () => {
      document.title = document.title.replace(PREFIX, "");
    };
  }, [isShown, errors, problem]);

  if (!isShown) return null;
  return (
    <section
      className="govuk-error-summary"
      ref={summary}
      tabIndex={-1}
      // For the page that comes without JavaScript; the effect is for every other.
      // biome-ignore lint/a11y/noAutofocus: what is wrong has to be read first
      autoFocus
      aria-labelledby="error-summary-title"
    >
      <div role="alert">
        <h2 className="govuk-error-summary__title" id="error-summary-title">
          There is a problem
        </h2>
        <div className="govuk-error-summary__body">
          {problem && <p>{problem}</p>}
          {lines.length > 0 && (
            <ul className="govuk-list govuk-error-summary__list">
              {lines.map(([name, message]) => (
                <li key={name}>
                  <a href={`#${name}`}>{message}</a>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </section>
  );
}
