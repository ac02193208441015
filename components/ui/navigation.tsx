import type { ReactNode } from "react";

/** The first thing that a keyboard user reaches. */
export function SkipLink({ href = "#main" }: { href?: string }) {
  return (
    <a href={href} className="govuk-skip-link">
      Skip to main content
    </a>
  );
}

export type Crumb = { label: ReactNode; href: string };

/** The path up from a page, without the page itself. */
export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav className="govuk-breadcrumbs" aria-label="Breadcrumb">
      <ol className="govuk-breadcrumbs__list">
        {crumbs.map((crumb) => (
          <li className="govuk-breadcrumbs__list-item" key={crumb.href}>
            <a className="govuk-breadcrumbs__link" href={crumb.href}>
              {crumb.label}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The link back from one step of a form. */
export function BackLink({ href, children = "Back" }: { href: string; children?: ReactNode }) {
  return (
    <a className="app-back" href={href}>
      {children}
    </a>
  );
}

type PaginationProps = {
  /** Addresses of the previous and next page; undefined at the ends. */
  previous?: string;
  next?: string;
  /** What is paged, for screen readers: "Applications". */
  label: string;
};

/** Links to the previous and next page. Renders nothing where everything is on one page. */
export function Pagination({ previous, next, label }: PaginationProps) {
  if (!previous && !next) return null;
  return (
    <nav className="app-pagination" aria-label={`Pages: ${label}`}>
      {previous && (
        <a rel="prev" href={previous}>
          ← Previous page
        </a>
      )}
      {next && (
        <a rel="next" href={next}>
          Next page →
        </a>
      )}
    </nav>
  );
}

export type View = { label: ReactNode; href: string; isCurrent?: boolean };

/**
 * A few views of the same page, one of them shown: financial years, lists by state. They are links, so each has an
 * address.
 */
export function Views({ views, label }: { views: readonly View[]; label: string }) {
  return (
    <nav className="app-views" aria-label={label}>
      {views.map((view) => (
        <a key={view.href} href={view.href} aria-current={view.isCurrent ? "page" : undefined}>
          {view.label}
        </a>
      ))}
    </nav>
  );
}
