import type { ReactNode } from "react";
import { Button } from "./buttons.tsx";

type FiltersProps = {
  /** The page that the form asks for, with what is chosen in its address. */
  action: string;
  /** What is always in sight, and what a phone folds away under `more`. */
  first: ReactNode;
  rest?: readonly ReactNode[];
  more?: ReactNode;
  /** On a phone too: something in it has to be put right. */
  isOpen?: boolean;
  /** What the form is called: "Search reports". */
  label: string;
};

const SEARCH = "Search";

/** What narrows and orders a list: a form that asks, and changes nothing. */
export function Filters({ action, first, rest = [], more, isOpen, label }: FiltersProps) {
  return (
    <search>
      <form className="app-filters" action={action} aria-label={label}>
        <div className="app-filters-first">
          {first}
          <Button kind="secondary">{SEARCH}</Button>
        </div>
        {rest.length > 0 && (
          <details className="app-filters-rest" open={isOpen}>
            <summary>{more}</summary>
            <div className="app-filters-grid">
              {rest}
              <Button kind="secondary">{SEARCH}</Button>
            </div>
          </details>
        )}
      </form>
    </search>
  );
}

export type ChipLink = { label: string; value: string /** The page without it. */; href: string };

/** What a list is narrowed by, each with its way out, and the way out of all. Nothing where there is nothing. */
export function Chips({ chips, clearHref }: { chips: readonly ChipLink[]; clearHref: string }) {
  if (chips.length === 0) return null;
  return (
    <nav className="app-chips" aria-label="Filters in use">
      <ul>
        {chips.map(({ label, value, href }) => (
          <li key={label}>
            <a className="app-chip" href={href}>
              <span className="govuk-visually-hidden">Remove </span>
              <span>
                {label}: <b>{value}</b>
              </span>
              <span className="app-chip-end" aria-hidden="true">
                ×
              </span>
            </a>
          </li>
        ))}
        <li>
          <a href={clearHref}>Clear all</a>
        </li>
      </ul>
    </nav>
  );
}
