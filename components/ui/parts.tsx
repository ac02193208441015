import type { ReactNode } from "react";

export type PagePart = {
  /** Its place on the page. */
  id: string;
  title: string;
  /** How far it is, in a few words: "2 of 3 complete". */
  state?: string | undefined;
  /** Places within it that people look for. */
  within?: readonly { id: string; label: string }[];
  body: ReactNode;
};

/** Fewer parts are in sight without a list. */
const LISTED = 4;

/** The parts of a long page, below a list of them that says how far each is. */
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

/** What a page is made of, where its parts are made elsewhere. */
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
