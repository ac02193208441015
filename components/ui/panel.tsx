import type { ReactNode } from "react";

type PanelProps = {
  /** A heading of level `level` (2 unless told). */
  title?: ReactNode;
  level?: 2 | 3;
  /** The one panel of a page that says what the reader can do now. */
  isAct?: boolean;
  id?: string;
  children: ReactNode;
};

/** A sand-coloured panel. A page has one with `isAct` at most. */
export function Panel({ title, level = 2, isAct, id, children }: PanelProps) {
  const Heading = `h${level}` as const;
  return (
    <div className={`app-panel${isAct ? " app-panel-act" : ""}`} id={id}>
      {title && <Heading>{title}</Heading>}
      {children}
    </div>
  );
}
