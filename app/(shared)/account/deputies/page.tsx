import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { DeputyTable } from "#components/people/deputy-table.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { formatDelegation } from "#lib/decisions/rules.ts";
import { type DeputyRow, listDeputyOptions, listOwnDeputies } from "#lib/deputies/queries.ts";
import { DEPUTY_FIELDS } from "#lib/deputies/schema.ts";
import { entryOf, type Option, text, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { formatDay } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { endDeputy, nameDeputy } from "./actions.ts";

export const metadata: Metadata = { title: "Your deputies" };

const DONE: Record<string, string> = {
  named: "You have named a deputy. We have emailed them and the fund desk.",
  ended: "This deputy can no longer decide for you. We have emailed them and the fund desk.",
};

/** Who an approver has named to decide under their delegation, and who they are deputy for themselves. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const actor = await requireMfat();
  const { named, namedBy, options, delegationCents, revision } = await orNotFound(async () => {
    const [own, options] = [await listOwnDeputies(actor), await listDeputyOptions(actor)];
    return { ...own, options, delegationCents: actor.delegationCents };
  });
  const done = entryOf(DONE, text(await searchParams, "done"));
  return (
    <>
      <BackLink href="/account">Your account</BackLink>
      {done && (
        <NotificationBanner kind="success">
          <p>{done}</p>
        </NotificationBanner>
      )}
      <PageHeading title="Your deputies">
        {delegationCents === undefined
          ? "You have no delegation of your own, so you cannot name a deputy."
          : `On the days you choose, your deputy can decide under your delegation (${formatDelegation(delegationCents)}) when their own is not enough. We record each of these decisions as made for you.`}
      </PageHeading>
      <DeputyTable
        caption="Deputies you have named, latest first"
        rows={named}
        who="deputy"
        empty="You have not named a deputy."
        endOf={(row) => <End row={row} revision={revision} />}
      />
      {namedBy.length > 0 && (
        <DeputyTable caption="Approvers you are a deputy for, latest first" rows={namedBy} who="approver" />
      )}
      {delegationCents !== undefined && <NameForm options={options} revision={revision} />}
    </>
  );
}

type EndProps = { row: DeputyRow; revision: number };

function End({ row: { id, state, deputy, fromOn }, revision }: EndProps) {
  if (state === "over" || state === "ended") return "–";
  return (
    <div className="app-in-row">
      <Form
        action={endDeputy.bind(null, id)}
        fields={[]}
        requestId={randomUUID()}
        revision={revision}
        name={`End now: ${deputy.name}, from ${formatDay(fromOn)}`}
        submit={
          <>
            End<span className="govuk-visually-hidden"> now: {deputy.name}</span>
          </>
        }
        kind="secondary"
      />
    </div>
  );
}

function NameForm({ options, revision }: { options: readonly Option[]; revision: number }) {
  return (
    <section aria-labelledby="name">
      <h2 id="name">Name a deputy</h2>
      {options.length ? (
        <>
          <p>
            Your deputy cannot decide on an application if either of you has an interest in it or has already acted on
            it. They cannot pass your delegation on.
          </p>
          <Form
            action={nameDeputy}
            fields={resolveFields(DEPUTY_FIELDS, { deputies: options })}
            requestId={randomUUID()}
            revision={revision}
            submit="Name deputy"
          />
        </>
      ) : (
        <p>There is no other approver who could be your deputy.</p>
      )}
    </section>
  );
}
