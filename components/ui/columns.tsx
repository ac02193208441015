import type { ReactNode } from "react";

type WithAsideProps = {
  /** What can be done now: beside the facts on a wide screen, before them on a phone and for the keyboard. */
  act?: ReactNode;
  /** What happened before: below `act` on a wide screen, last on a phone. */
  aside?: ReactNode;
  children: ReactNode;
};

/** The facts, with what can be done and what happened beside them. */
export function WithAside({ act, aside, children }: WithAsideProps) {
  return (
    <div className="app-with-aside">
      {act && <div className="app-with-aside-act">{act}</div>}
      <div className="app-with-aside-main">{children}</div>
      {aside && <div className="app-with-aside-aside">{aside}</div>}
    </div>
  );
}

/** Two things of equal weight side by side (the first slightly wider); one below the other on a phone. */
export function TwoColumns({ children }: { children: ReactNode }) {
  return <div className="app-two">{children}</div>;
}

/** Text and forms at a width that is pleasant to read. */
export function Narrow({ children }: { children: ReactNode }) {
  return <div className="app-narrow">{children}</div>;
}
