import type { ReactNode } from "react";

export type PagePart = {
  /** Its id on the page. */
  id: string;
  title: string;
  /** Its progress in a few words: "2 of 3 complete". */
  state?: string | undefined;
  /** Targets within it that people look for. */
  within?: readonly { id: string; label: string }[];
  body: ReactNode;
};

/** With fewer parts, no list is shown. */
const LISTED = 4;

/** The parts of a long page, below a list of them with the progress of each. */
export function Parts({ parts: some }: { parts: readonly (PagePart | null | false)[] }) {
  const parts = some.filter((part) => part !== null && part !== false);
  return (
    <>
      {parts.length >= LISTED && <Contents parts={parts} />}
      {parts.map(({ id, title, body }) => (
        <section key={id} id={id}>
          <h2>{title}</h2>
          {body}
        </section>
      ))}
    </>
  );
}

/** The pieces of a page whose parts are rendered elsewhere. */
export function Contents({ parts }: { parts: readonly Omit<PagePart, "body">[] }) {
  return (
    <nav className="app-contents" aria-labelledby="contents">
      <h2 id="contents">On this page</h2>
      <ul>
        {parts.map(({ id, title, state, within }) => (
          <li key={id}>
            <a href={`#${id}`}>{title}</a>
            {state && <span className="app-note">{state}</span>}
            {within && (
              <ul>
                {within.map((place) => (
                  <li key={place.id}>
                    <a href={`#${place.id}`}>{place.label}</a>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
