import type { ReactNode } from "react";

type PanelProps = {
  /** A heading of level `level` (2 by default). */
  title?: ReactNode;
  level?: 2 | 3;
  /** Marks the one panel on a page that says what the reader can do now. */
  isAct?: boolean;
  id?: string;
  children: ReactNode;
};

/** A sand-coloured panel. A page has at most one with `isAct`. */
export function Panel({ title, level = 2, isAct, id, children }: PanelProps) {
  const Heading = `h${level}` as const;
  return (
    <div className={`app-panel${isAct ? " app-panel-act" : ""}`} id={id}>
      {title && <Heading>{title}</Heading>}
      {children}
    </div>
  );
}
