import { Fragment } from "react";

const REFERENCE = /(PSF-\d{4}-\d{4,9}(?:\/\d+)?)/;

/** Text in which references do not break at their hyphens. */
export const withReferences = (words: string) =>
  words.split(REFERENCE).map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <span key={index} className="app-nowrap">
        {part}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
      <Fragment key={index}>{part}</Fragment>
    ),
  );
