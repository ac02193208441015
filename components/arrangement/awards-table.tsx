import { Table } from "#components/ui/table.tsx";
import type { Awards } from "#lib/arrangements/awards/queries.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";

/** What an application's agency and its places were awarded before. */
export function AwardsTable({ awards }: { awards: readonly Awards[] }) {
  return (
    <section>
      <h2>Earlier awards</h2>
      <Table
        caption="Money committed by earlier offers. Each place shows its share"
        rows={awards}
        keyOf={({ name }) => name}
        columns={[
          { header: "Given to", cell: ({ name }) => name },
          { header: "Awards", isNumeric: true, cell: ({ count }) => count },
          { header: "Committed", isNumeric: true, cell: ({ count, cents }) => (count ? formatCents(cents) : "–") },
          { header: "Latest", cell: ({ latest }) => (latest.length ? <Latest latest={latest} /> : "–") },
        ]}
      />
    </section>
  );
}

const Latest = ({ latest }: Pick<Awards, "latest">) => (
  <ul className="app-plain">
    {latest.map(({ reference, title, acceptedAt, cents }) => (
      <li key={reference}>
        <a href={`/applications/${reference}`}>{title ?? reference}</a>
        <span className="app-note">
          {" "}
          {formatCents(cents)}, accepted {formatDate(acceptedAt)}
        </span>
      </li>
    ))}
  </ul>
);
