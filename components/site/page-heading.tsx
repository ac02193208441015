import type { ReactNode } from "react";
import { withReferences } from "./references.tsx";

type PageHeadingProps = {
  title: ReactNode;
  /** A line above the title: what the page is part of. */
  caption?: ReactNode;
  /** Below the title: reference, state, who it is waiting on. */
  children?: ReactNode;
};

/** The top of a page: its title and state. */
export function PageHeading({ title, caption, children }: PageHeadingProps) {
  return (
    <div className="app-page-heading">
      {caption && <p className="app-caption">{typeof caption === "string" ? withReferences(caption) : caption}</p>}
      <h1>{typeof title === "string" ? withReferences(title) : title}</h1>
      {children && <p className="app-lede">{children}</p>}
    </div>
  );
}
