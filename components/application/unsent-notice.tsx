"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { hasKept } from "#components/form/use-autosave.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import type { KeptAs } from "#lib/unsent/rules.ts";

type UnsentNoticeProps = {
  /** How this browser keeps the sections: `name` and `saveTo` are those of all, which the key of each completes. */
  keptAs: KeptAs;
  reference: string;
  /** The titles of the sections that can be written, by key. */
  sections: Readonly<Record<string, string>>;
};

/** Sends what this browser kept of sections whose page was left (components/browser/autosave.ts), and says which of them
 * the server does not take as they are. */
export function UnsentNotice({ keptAs, reference, sections }: UnsentNoticeProps) {
  const [unsent, setUnsent] = useState<string[]>([]);
  const { refresh } = useRouter();
  useEffect(() => {
    const keptOf = (section: string): KeptAs => ({
      ...keptAs,
      name: keptAs.name + section,
      saveTo: keptAs.saveTo + section,
    });
    const kept = Object.keys(sections).filter((section) => hasKept(keptOf(section)));
    if (!kept.length) return setUnsent(kept);
    import("#components/browser/autosave.ts").then(
      async ({ sendKept }) => {
        const isSent = await Promise.all(kept.map((key) => sendKept(keptOf(key))));
        setUnsent(kept.filter((_, index) => !isSent[index]));
        if (isSent.includes(true)) refresh();
      },
      () => setUnsent(kept),
    );
  }, [keptAs, sections, refresh]);
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
