import type { ReactNode } from "react";
import { Letter } from "#components/application/letter.tsx";
import { Details } from "#components/ui/details.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import type { SentLetter } from "#lib/letters/queries.ts";
import { sinceSent } from "#lib/letters/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";

export const Part = ({ title, id, children }: { title: string; id: string; children: ReactNode }) => (
  <section id={id}>
    <h2>{title}</h2>
    {children}
  </section>
);

/** The way to what changed, where something was signed off and written again. */
export function WhatChanged({ application: { reference, versionNumber, state } }: { application: ApplicationHeader }) {
  if (versionNumber < 2 && !(versionNumber === 1 && state === "CHANGES_REQUESTED")) return null;
  return (
    <p>
      <a href={`/applications/${reference}/changes`}>What changed since version {Math.max(versionNumber - 1, 1)}</a>
    </p>
  );
}

type LetterPartProps = {
  letters: readonly SentLetter[];
  application: ApplicationHeader;
  titleOf: (letter: SentLetter) => string;
};

/** The letter that the agency was sent, an offer or why there is none; those before it are folded up. */
export function LetterPart({ letters: [letter, ...earlier], application, titleOf }: LetterPartProps) {
  if (!letter) return null;
  return (
    <Part title={titleOf(letter)} id="letter">
      <AsSent letter={letter} state={application.state} />
      <p>
        <a href={`/applications/${application.reference}/letter`}>Download the letter (PDF)</a>
      </p>
      {earlier.map((one) => (
        <Details key={one.id} summary={`Earlier letter, sent on ${formatInstant(one.sentAt)}`}>
          <AsSent letter={one} state={application.state} />
        </Details>
      ))}
    </Part>
  );
}

function AsSent({ letter, state }: { letter: SentLetter; state: ApplicationHeader["state"] }) {
  const since = sinceSent(letter, state);
  return (
    <>
      {since && <InsetText>{since}</InsetText>}
      <Letter letter={letter.text} />
    </>
  );
}
