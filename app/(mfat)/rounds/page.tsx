import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { Details } from "#components/ui/details.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { entryOf, text, type Values } from "#lib/form/fields.ts";
import { listRounds, type RoundRow } from "#lib/fund/queries.ts";
import { roundStatus } from "#lib/fund/rules.ts";
import { SCORE_LABELS } from "#lib/fund/schema.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { formatDeadline } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Rounds" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat(), searchParams]);
  const rounds = await orNotFound(async () => listRounds(actor));
  const at = now();
  const done = entryOf(DONE, text(search, "done"));
  return (
    <>
      <PageHeading title="Rounds">When agencies can submit, and how we assess their applications</PageHeading>
      {done && <NotificationBanner kind="success">{done}</NotificationBanner>}
      {can(actor, "round:keep") && <LinkButton href="/rounds/new">Add a round</LinkButton>}
      {rounds.length === 0 && <p className="app-empty">There are no rounds yet.</p>}
      {rounds.map((round) => (
        <Round
          key={round.id}
          round={round}
          at={at}
          isKeeper={can(actor, "round:keep")}
          mayChoose={can(actor, "scenario:read")}
        />
      ))}
    </>
  );
}

const DONE: Record<string, string> = {
  created: "You have added the round as a draft. Agencies cannot see it until you publish it.",
  published: "You have published the round. We have emailed the fund’s mailbox and the people who follow the round.",
  takenBack: "You have taken back the round. It is a draft again.",
  changed: "You have changed the round.",
  criteria: "You have changed the criteria.",
};

const TAGS = {
  draft: <Tag kind="wait">Draft</Tag>,
  open: <Tag kind="ok">Open</Tag>,
  coming: <Tag kind="wait">Upcoming</Tag>,
  closed: <Tag kind="no">Closed</Tag>,
};

type RoundProps = { round: RoundRow; at: Date; isKeeper: boolean; mayChoose: boolean };

function Round({ round, at, isKeeper, mayChoose }: RoundProps) {
  const { id, name, opensAt, closesAt, minimumAssessments, moneyCents, tellEmails, checklist, _count } = round;
  const status = roundStatus(round, at);
  return (
    <section className="budget-round">
      <h2>
        {name} {TAGS[status]}
      </h2>
      <SummaryList
        rows={[
          { key: opensAt <= at && status !== "draft" ? "Opened" : "Opens", value: formatDeadline(opensAt) },
          {
            key: status === "closed" ? "Closed" : "Closes",
            value: closesAt ? formatDeadline(closesAt) : "No closing time",
          },
          { key: "Money available", value: moneyCents === null ? "Not stated" : formatCents(moneyCents) },
          { key: "Applications", value: String(_count.applications) },
          { key: "Minimum assessments", value: `${minimumAssessments} for each application` },
          { key: "Notified of submissions", value: ["The fund’s mailbox", ...tellEmails].join(", ") },
        ]}
      />
      {mayChoose && status !== "draft" && (
        <p>
          <a href={`/rounds/${id}/choose`}>
            Choose within the envelope<span className="govuk-visually-hidden">: {name}</span>
          </a>
        </p>
      )}
      {isKeeper && (
        <p>
          <a href={`/rounds/${id}`}>
            Change<span className="govuk-visually-hidden"> {name}</span>
          </a>{" "}
          ·{" "}
          <a href={`/rounds/${id}/criteria`}>
            Change criteria<span className="govuk-visually-hidden"> of {name}</span>
          </a>{" "}
          ·{" "}
          <a href={`/rounds/new?copyOf=${id}`}>
            Copy<span className="govuk-visually-hidden"> {name}</span> to a new round
          </a>
          {status === "draft" && (
            <>
              {" "}
              ·{" "}
              <a href={`/rounds/${id}/publish`}>
                Preview and publish<span className="govuk-visually-hidden"> {name}</span>
              </a>
            </>
          )}
          {status !== "draft" && _count.applications === 0 && (
            <>
              {" "}
              ·{" "}
              <a href={`/rounds/${id}/take-back`}>
                Take back<span className="govuk-visually-hidden"> {name}</span>
              </a>
            </>
          )}
        </p>
      )}
      <Details summary={`Screening checklist of ${name}`}>
        <ul>
          {checklist.map((question) => (
            <li key={question}>{question}</li>
          ))}
        </ul>
      </Details>
      <Details summary={`Criteria of ${name} and their weights`}>
        <Criteria round={round} />
      </Details>
    </section>
  );
}

function Criteria({ round: { name, criteria } }: { round: RoundRow }) {
  return (
    <Table
      caption={`Criteria of ${name}`}
      hideCaption
      onPhone="fit"
      columns={[
        {
          header: "Criterion, and what each score means",
          cell: (criterion) => (
            <>
              <strong>{criterion.name}</strong>
              <ul className="budget-anchors">
                {criterion.anchors.map((anchor, score) => (
                  <li key={anchor}>
                    {score} {SCORE_LABELS[score]}: {anchor}
                  </li>
                ))}
              </ul>
            </>
          ),
        },
        { header: "Weight", isNumeric: true, cell: ({ weight }) => weight },
      ]}
      rows={criteria}
      keyOf={({ id }) => id}
      total={["Total", `${criteria.reduce((sum, { weight }) => sum + weight, 0)}`]}
    />
  );
}
