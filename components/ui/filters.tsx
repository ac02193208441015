import type { ReactNode } from "react";
import { Button } from "./buttons.tsx";

type FiltersProps = {
  /** The page that the form requests, with the choices in its address. */
  action: string;
  /** The fields that are always visible, and those that a phone collapses under `more`. */
  first: ReactNode;
  rest?: readonly ReactNode[];
  more?: ReactNode;
  /** Open on a phone too, because something in it needs to be fixed. */
  isOpen?: boolean;
  /** The name of the form: "Search reports". */
  label: string;
};

const SEARCH = "Search";

/** What filters and orders a list: a form that only requests, and changes nothing. */
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

export type ChipLink = {
  label: string;
  value: string;
  /** The page without this filter. */
  href: string;
};

/** The filters of a list, each with a link to remove it, and a link to remove all. Renders nothing without filters. */
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
