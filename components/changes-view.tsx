import type { Stretch } from "../lib/applications/form/changes.ts";
import { SECTIONS } from "../lib/applications/form/sections.ts";
import type { Comparison } from "../lib/applications/queries.ts";

/** What changed between two readings of an application, word by word, under the sections' titles. */
export function ChangesView({ comparison }: { comparison: Comparison }) {
  const { sections } = comparison;
  if (!sections.length) return <p>Nothing in the answers has changed.</p>;
  return sections.map(({ key, answers }) => (
    <section key={key} className="app-section">
      <h3>
        {SECTIONS[key].number}. {SECTIONS[key].title}
      </h3>
      <dl className="app-changes">
        {answers.map(({ label, stretches }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{stretches.map(toWords)}</dd>
          </div>
        ))}
      </dl>
    </section>
  ));
}

/** Read out as well as coloured: browsers do not say of themselves what ins and del mean. */
function toWords({ kind, text }: Stretch, index: number) {
  const key = `${index}`;
  if (kind === "same") return <span key={key}>{text}</span>;
  const Mark = kind === "added" ? "ins" : "del";
  return (
    <Mark key={key}>
      <span className="govuk-visually-hidden">{kind === "added" ? " [added: " : " [removed: "}</span>
      {text}
      <span className="govuk-visually-hidden">] </span>
    </Mark>
  );
}

/** "version 1 and the draft" */
export const comparedWords = ({ from, to }: Comparison): string =>
  `version ${from} and ${to === "draft" ? "the answers as they stand" : `version ${to}`}`;
