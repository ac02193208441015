"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { InsetText } from "#components/ui/feedback.tsx";

type UnsentNoticeProps = {
  personId: string;
  reference: string;
  /** The titles of the sections that can be written, by key. */
  sections: Readonly<Record<string, string>>;
};

/** Sends what this browser kept of sections whose page was left (components/browser/autosave.ts), and says which of them
 * the server does not take as they are. */
export default function UnsentNotice({ personId, reference, sections }: UnsentNoticeProps) {
  const [unsent, setUnsent] = useState<string[]>([]);
  const { refresh } = useRouter();
  useEffect(() => {
    const draftOf = (key: string) => `${personId}/${reference}/${key}`;
    const kept = Object.keys(sections).filter((key) => localStorage[draftOf(key)]);
    if (!kept.length) return setUnsent(kept);
    import("#components/browser/autosave.ts").then(
      async ({ sendKept }) => {
        const isSent = await Promise.all(kept.map((key) => sendKept(draftOf(key))));
        setUnsent(kept.filter((_, index) => !isSent[index]));
        if (isSent.includes(true)) refresh();
      },
      () => setUnsent(kept),
    );
  }, [personId, reference, sections, refresh]);
  if (!unsent.length) return null;
  return (
    <InsetText>
      <p>
        <strong>We have not saved everything you typed: some of it is only in this browser.</strong> Open these sections
        and save them:
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
