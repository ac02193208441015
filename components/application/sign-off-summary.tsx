import { InsetText } from "#components/ui/feedback.tsx";
import { Amounts } from "#components/ui/figures.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import type { Answers } from "#lib/applications/answers/queries.ts";
import { summarise } from "#lib/applications/form/summary.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { formatPhasing } from "#lib/budget/rules.ts";
import { countOpenComments } from "#lib/comments/queries.ts";
import { listFiles } from "#lib/documents/queries.ts";
import type { AgencyActor } from "#lib/lifecycle/permissions.ts";
import { formatCents } from "#lib/platform/money.ts";

type SignOffSummaryProps = { actor: AgencyActor; application: ApplicationHeader; answers: Answers; now: Date };

/** What a certifier is responsible for, on one page: amounts, risks, and what is missing. */
export async function SignOffSummary({ actor, application, answers, now }: SignOffSummaryProps) {
  const [files, comments] = await Promise.all([
    listFiles(actor, application),
    countOpenComments(actor, application.id),
  ]);
  const letters = files.filter(({ section }) => section === "partners").length;
  const summary = summarise(answers.sections, {
    lists: answers.lists,
    years: answers.years,
    now,
    lettersOfSupport: letters,
    openComments: [...comments.values()].reduce((sum, count) => sum + count, 0),
  });
  return (
    <section>
      <h2>Summary</h2>
      {summary.toCheck.length > 0 && (
        <InsetText>
          <p>
            <strong>Check before you sign</strong>
          </p>
          <ul>
            {summary.toCheck.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </InsetText>
      )}
      <Amounts
        amounts={[
          {
            label: "Requested",
            value: formatCents(summary.requestedCents),
            note: formatPhasing(summary.phasing),
          },
          { label: "Other contributions", value: formatCents(summary.contributionsCents) },
        ]}
      />
      <SummaryList
        rows={[
          { key: "Summary", value: application.summary },
          {
            key: "By category",
            value: <List lines={summary.byCategory.map(({ label, cents }) => `${label} ${formatCents(cents)}`)} />,
          },
          ...summary.facts.map(({ label, value }) => ({ key: label, value })),
          { key: "High risks", value: summary.highRisks.length ? <List lines={summary.highRisks} /> : "None" },
          {
            key: "Files",
            value: `Letters of support: ${letters || "none"}. Documents: ${files.length - letters || "none"}.`,
          },
        ]}
      />
    </section>
  );
}

const List = ({ lines }: { lines: readonly string[] }) =>
  lines.map((line) => (
    <span className="app-line" key={line}>
      {line}
    </span>
  ));
