"use client";

import { useEffect, useState } from "react";
import { InsetText } from "./ui/feedback.tsx";

type UnsentNoticeProps = {
  personId: string;
  reference: string;
  /** The titles of the sections that can be written, by key. */
  sections: Readonly<Record<string, string>>;
};

/** Says which sections this browser keeps text of that the server does not hold (components/browser/autosave.ts). */
export function UnsentNotice({ personId, reference, sections }: UnsentNoticeProps) {
  const [unsent, setUnsent] = useState<string[]>([]);
  useEffect(() => {
    setUnsent(Object.keys(sections).filter((key) => localStorage[`${personId}/${reference}/${key}`]));
  }, [personId, reference, sections]);
  if (!unsent.length) return null;
  return (
    <InsetText>
      <p>
        <strong>Some of what you typed is only in this browser.</strong> Open the section and save it:
      </p>
      <ul>
        {unsent.map((key) => (
          <li key={key}>
            <a href={`/applications/${reference}/sections/${key}`}>{sections[key]}</a>
          </li>
        ))}
      </ul>
    </InsetText>
  );
}
