import type { ReactNode } from "react";

/** What somebody typed into a form, to read and copy. */
export function Words({ words }: { words: readonly string[] }) {
  return [...new Set(words)].map((word) => (
    <p key={word} className="app-line">
      {word}
    </p>
  ));
}

type TypedWordsProps = { title: string; words: readonly string[]; children: ReactNode };

/** The same under a heading, with what happened to the form. */
export function TypedWords({ title, words, children }: TypedWordsProps) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <p>{children}</p>
      <Words words={words} />
    </section>
  );
}
