import { WarningText } from "#components/ui/feedback.tsx";
import { Table } from "#components/ui/table.tsx";
import { type Leaving, type LeavingLine, leavingLines, nobodyLeft } from "#lib/work/leaving/rules.ts";

/** What a person is responsible for and what will happen to it, and the roles that nobody else would hold. */
export function LeavingList({ leaving, reader }: { leaving: Leaving; reader: "AGENCY" | "MFAT" }) {
  const lines = leavingLines(leaving);
  return (
    <>
      {nobodyLeft(leaving, reader).map((words) => (
        <WarningText key={words}>{words}</WarningText>
      ))}
      {lines.length === 0 ? <p>Nothing is waiting on {leaving.name}.</p> : <Lines name={leaving.name} lines={lines} />}
    </>
  );
}

function Lines({ name, lines }: { name: string; lines: LeavingLine[] }) {
  return (
    <Table
      caption={`What ${name} is responsible for`}
      rows={lines}
      keyOf={({ label }) => label}
      columns={[
        {
          header: "Responsibility",
          isRowHeader: true,
          cell: ({ label, href }) => (href ? <a href={href}>{label}</a> : label),
        },
        { header: "How many", isNumeric: true, cell: ({ count }) => count },
        { header: "What happens to it", cell: (line) => <Then line={line} /> },
      ]}
    />
  );
}

function Then({ line: { outcome, references, count } }: { line: LeavingLine }) {
  return (
    <>
      {outcome}.{references.length > 0 && <br />}
      {references.map((reference, index) => (
        <span key={reference}>
          {index > 0 && ", "}
          <a href={`/applications/${reference}`}>{reference}</a>
        </span>
      ))}
      {references.length > 0 && count > references.length && " and more"}
    </>
  );
}
