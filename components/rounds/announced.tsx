import { Table } from "#components/ui/table.tsx";
import type { OpenRound, RoundCriteria } from "#lib/fund/queries.ts";
import { formatDate, formatDeadline } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";

/** `decision`: when to expect a decision in a round that closes then. */
type Props = { rounds: readonly OpenRound[]; at: Date; decision?: (closesAt: Date | null) => string };

/** Rounds as agencies and the public see them. */
export function AnnouncedRounds({ rounds, at, decision }: Props) {
  return (
    <ul className="home-rounds">
      {rounds.map((round) => (
        <li key={round.id}>
          <strong>{round.name}</strong>
          <span>
            {round.closesAt ? (
              <>
                Closes <time dateTime={round.closesAt.toISOString()}>{formatDeadline(round.closesAt)}</time>
              </>
            ) : (
              "No closing time"
            )}
          </span>
          {decision && <span>{decision(round.closesAt)}</span>}
          <span className="app-note">
            {round.opensAt <= at ? "Open since" : "Opens on"} {formatDate(round.opensAt)}
            {round.moneyCents !== null && ` · ${formatCents(round.moneyCents)} available`}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The criteria for scoring applications, as the public sees them. */
export function AnnouncedCriteria({ names, criteria }: RoundCriteria) {
  return (
    <Table
      caption={`Criteria of ${new Intl.ListFormat("en-NZ").format(names)}`}
      onPhone="fit"
      rows={criteria}
      keyOf={({ name }) => name}
      columns={[
        { header: "Criterion", cell: ({ name }) => name },
        { header: "Weight", isNumeric: true, cell: ({ weight }) => `${weight}%` },
      ]}
    />
  );
}
