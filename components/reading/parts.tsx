import { Letter, LetterLinks } from "#components/application/letter.tsx";
import { Details } from "#components/ui/details.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import type { PagePart } from "#components/ui/parts.tsx";
import type { Answers } from "#lib/applications/answers/queries.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import type { SentLetter } from "#lib/letters/queries.ts";
import { sinceSent } from "#lib/letters/rules.ts";
import { formatDate, formatInstant } from "#lib/platform/dates.ts";

/** The link to what changed, where a version was signed off and then edited again. */
export function WhatChanged({ application: { reference, versionNumber, state } }: { application: ApplicationHeader }) {
  if (versionNumber < 2 && !(versionNumber === 1 && state === "CHANGES_REQUESTED")) return null;
  return (
    <p>
      <a href={`/applications/${reference}/changes`}>What changed since version {Math.max(versionNumber - 1, 1)}</a>
    </p>
  );
}

/**
 * The letter that the agency was sent: an offer, or why there is none. Earlier letters are collapsed. Null where there
 * is none.
 */
export function letterPart(
  [letter, ...earlier]: readonly SentLetter[],
  application: ApplicationHeader,
  titleOf: (letter: SentLetter) => string,
): PagePart | null {
  if (!letter) return null;
  return {
    id: "letter",
    title: titleOf(letter),
    state: `sent ${formatDate(letter.sentAt)}`,
    body: (
      <>
        <AsSent letter={letter} state={application.state} />
        <LetterLinks reference={application.reference} />
        {earlier.map((one) => (
          <Details key={one.id} summary={`Earlier letter, sent on ${formatInstant(one.sentAt)}`}>
            <AsSent letter={one} state={application.state} />
            <LetterLinks reference={application.reference} sent={one.id} />
          </Details>
        ))}
      </>
    ),
  };
}

/** Links to the sections within the answers. */
export const sectionPlaces = (answers: Answers): PagePart["within"] =>
  answers.sections.map(({ key, number, title }) => ({ id: `section-${key}`, label: `${number}. ${title}` }));

function AsSent({ letter, state }: { letter: SentLetter; state: ApplicationHeader["state"] }) {
  const since = sinceSent(letter, state);
  return (
    <>
      {since && <InsetText>{since}</InsetText>}
      <Letter letter={letter.text} level={3} />
    </>
  );
}
