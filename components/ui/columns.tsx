import type { ReactNode } from "react";

type WithAsideProps = {
  /** What the reader can do now: next to the facts on a wide screen; before them on a phone and in tab order. */
  act?: ReactNode;
  /** What happened before: below `act` on a wide screen, last on a phone. */
  aside?: ReactNode;
  children: ReactNode;
};

/** The facts, with what can be done and what happened next to them. */
export function WithAside({ act, aside, children }: WithAsideProps) {
  return (
    <div className="app-with-aside">
      {act && <div className="app-with-aside-act">{act}</div>}
      <div className="app-with-aside-main">{children}</div>
      {aside && <div className="app-with-aside-aside">{aside}</div>}
    </div>
  );
}

/** Two columns of equal weight (the first slightly wider); one below the other on a phone. */
export function TwoColumns({ children }: { children: ReactNode }) {
  return <div className="app-two">{children}</div>;
}

/** Text and forms at a comfortable reading width. */
export function Narrow({ children }: { children: ReactNode }) {
  return <div className="app-narrow">{children}</div>;
}
