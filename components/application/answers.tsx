import { SummaryList, type SummaryRow } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import type { Answers, SectionView } from "#lib/applications/answers/queries.ts";
import {
  type Budget,
  categoriesOf,
  contributionsTotal,
  requestedPhasing,
  totalsByCategory,
  yearColumn,
} from "#lib/applications/form/budget.ts";
import type { SectionKey } from "#lib/applications/form/sections.ts";
import { answersAs } from "#lib/applications/form/sections.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { type ListedFile, listFiles } from "#lib/documents/queries.ts";
import { filesPath, isFileSection, PART_TITLES } from "#lib/documents/rules.ts";
import type { Field, Lists, Option } from "#lib/form/fields.ts";
import { inWords } from "#lib/form/parse.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { FileName } from "./file-list.tsx";

type AnswersProps = {
  actor: Actor;
  application: ApplicationHeader;
  answers: Answers;
  /** The address where a section can be changed; undefined where it cannot. */
  changeHref?: (key: SectionKey) => string | null;
};

/** The answers of an application, section by section as in its form, with each section's files. */
export async function AnswersView({ actor, application, answers, changeHref }: AnswersProps) {
  const files = await listFiles(actor, application);
  const { reference } = application;
  return answers.sections.map((section) => (
    <section key={section.key} id={`section-${section.key}`} className="app-section">
      <h2>
        {section.number}. {section.title}
      </h2>
      <SectionAnswers
        section={section}
        answers={answers}
        files={files.filter((file) => file.section === section.key)}
        reference={reference}
        href={changeHref?.(section.key) ?? null}
        heading="h3"
      />
    </section>
  ));
}

type OneSectionProps = { actor: Actor; application: ApplicationHeader; answers: Answers; section: SectionView };

/** One section, for somebody who can read but not change it. */
export async function OneSectionView({ actor, application, answers, section }: OneSectionProps) {
  const files = await listFiles(actor, application);
  return (
    <SectionAnswers
      section={section}
      answers={answers}
      files={files.filter((file) => file.section === section.key)}
      reference={application.reference}
      href={null}
      heading="h2"
    />
  );
}

type SectionProps = {
  section: SectionView;
  answers: Answers;
  files: readonly ListedFile[];
  reference: string;
  href: string | null;
  /** The heading level below the section's own heading. */
  heading: "h2" | "h3";
};

function SectionAnswers(props: SectionProps) {
  return (
    <>
      <AskedAnswers {...props} />
      <FormerAnswers former={props.section.former} heading={props.heading} />
    </>
  );
}

type FormerProps = Pick<SectionView, "former"> & { heading: "h2" | "h3" };

/** A draft's answers to questions that are no longer on the form. */
export function FormerAnswers({ former, heading: Heading }: FormerProps) {
  if (!former.length) return null;
  return (
    <>
      <Heading>No longer asked</Heading>
      <p>The form no longer asks for this. We keep your answers here, but MFAT does not get them.</p>
      <SummaryList rows={former.map(({ label, lines }) => ({ key: label, value: <Lines lines={lines} /> }))} />
    </>
  );
}

function AskedAnswers({ section, answers, files, reference, href }: SectionProps) {
  const { fields } = section;
  if (section.key === "budget" && section.answers) {
    return (
      <BudgetAnswers
        budget={answersAs("budget", section.answers)}
        years={answers.years}
        categories={categoriesOf(fields)}
        href={href}
      />
    );
  }
  if (section.key === "declaration" && !section.answers) return <p>The certifier completes this at sign-off.</p>;
  const rows: SummaryRow[] = fields.map((field) => ({
    key: field.label,
    value: <Answer field={field} answer={section.answers?.[field.name]} lists={answers.lists} />,
    ...(href && { change: { href: `${href}#${field.name}` } }),
  }));
  if (section.key === "declaration" && answers.certified) {
    const { by, at } = answers.certified;
    rows.push({ key: "Signed off", value: `By ${by}, ${formatInstant(at)}` });
  }
  if (isFileSection(section.key)) {
    rows.push({
      key: PART_TITLES[section.key],
      value: <Files files={files} reference={reference} />,
      ...(href && { change: { href: filesPath(reference, section.key) } }),
    });
  }
  return <SummaryList rows={rows} />;
}

function Files({ files, reference }: { files: readonly ListedFile[]; reference: string }) {
  if (!files.length) return <span className="app-muted">None</span>;
  return files.map((file) => (
    <span className="app-line" key={file.id}>
      {file.description}: <FileName file={file} reference={reference} />
    </span>
  ));
}

function Answer({ field, answer, lists }: { field: Field; answer: unknown; lists: Lists }) {
  const rows = field.kind === "rows" ? ((answer ?? []) as Record<string, unknown>[]) : [];
  if (field.kind !== "rows" || rows.length === 0) return <Lines lines={inWords(field, answer, lists)} />;
  return (
    <ol className="app-answered-rows">
      {rows.map((row) => (
        <li key={String(row.rowIndex)}>
          <dl>
            {field.columns
              .map((column) => ({ label: column.label, lines: inWords(column, row[column.name], lists) }))
              .filter(({ lines }) => lines.length > 0)
              .map(({ label, lines }) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{lines.join(", ")}</dd>
                </div>
              ))}
          </dl>
        </li>
      ))}
    </ol>
  );
}

/** An answer, one paragraph for each line. */
export function Lines({ lines }: { lines: readonly string[] }) {
  if (!lines.length) return <span className="app-muted">Not provided</span>;
  return lines.map((line) => (
    <span className="app-line" key={line}>
      {line}
    </span>
  ));
}

type BudgetProps = {
  budget: Budget;
  years: readonly number[];
  categories: readonly Option[];
  href: string | null;
};

function BudgetAnswers({ budget, years, categories, href }: BudgetProps) {
  const asked = years.filter((year) => budget.lines.some((line) => line[yearColumn(year)]));
  const amount = (cents: unknown) => (typeof cents === "bigint" && cents > 0n ? formatCents(cents) : "–");
  const phasing = requestedPhasing(budget, years);
  const total = phasing.reduce((sum, part) => sum + part.cents, 0n);
  return (
    <>
      <Table
        caption="Requested from the fund, by line and financial year"
        onPhone="scroll"
        rows={budget.lines}
        keyOf={(line) => String(line.rowIndex)}
        columns={[
          {
            header: "Description",
            cell: (line) => String(line.description ?? "No description yet"),
            isRowHeader: true,
          },
          ...asked.map((year) => ({
            header: formatYear(year),
            isNumeric: true,
            cell: (line: Record<string, unknown>) => amount(line[yearColumn(year)]),
          })),
        ]}
        total={["Total", ...asked.map((year) => amount(phasing.find((part) => part.startYear === year)?.cents))]}
      />
      <SummaryList
        rows={[
          {
            key: "Requested total",
            value: <strong>{formatCents(total)}</strong>,
            ...(href && { change: { href, of: "budget" } }),
          },
          {
            key: "By category",
            value: (
              <Lines
                lines={totalsByCategory(budget, years, categories).map(
                  ({ label, cents }) => `${label} ${formatCents(cents)}`,
                )}
              />
            ),
          },
          {
            key: "Other contributions",
            value: contributionsTotal(budget) ? formatCents(contributionsTotal(budget)) : null,
          },
        ]}
      />
    </>
  );
}
