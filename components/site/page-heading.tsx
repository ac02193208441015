import type { ReactNode } from "react";

type PageHeadingProps = {
  title: ReactNode;
  /** A line above the title: what it is part of. */
  caption?: ReactNode;
  /** Under the title: reference, state, who it is waiting on. */
  children?: ReactNode;
};

/** The top of a page: what this is, and what state it is in. */
export function PageHeading({ title, caption, children }: PageHeadingProps) {
  return (
    <div className="app-page-heading">
      {caption && <p className="app-caption">{caption}</p>}
      <h1>{title}</h1>
      {children && <p className="app-lede">{children}</p>}
    </div>
  );
}
