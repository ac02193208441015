import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { DeskEmail } from "#components/site/desk-email.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { listCopyable, whyNotApply } from "#lib/applications/queries.ts";
import { CREATE_FIELDS } from "#lib/applications/schema.ts";
import { requireAgency } from "#lib/auth/session.ts";
import type { Values } from "#lib/form/fields.ts";
import { cleanValues, resolveFields } from "#lib/form/parse.ts";
import { listOpenRounds } from "#lib/fund/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { formatDeadline } from "#lib/platform/dates.ts";
import { beginApplication } from "./actions.ts";

export const metadata: Metadata = { title: "Start an application" };

type Props = { searchParams: Promise<Values> };

/** Whether the fund can help, which round, and whether to copy an earlier application. Nothing has to be typed. */
export default async function Page({ searchParams }: Props) {
  const [actor, answers] = await Promise.all([requireAgency("application:create"), searchParams]);
  const [rounds, earlier, barred] = await Promise.all([listOpenRounds(now()), listCopyable(actor), whyNotApply(actor)]);
  const options = rounds.map(({ id, name, closesAt }) => ({
    value: id,
    label: name,
    hint: closesAt ? `Closes ${formatDeadline(closesAt)}` : "No closing time",
  }));
  return (
    <Narrow>
      <BackLink href="/home" />
      <PageHeading title="Start an application" />
      {barred ? (
        <p>{barred}</p>
      ) : rounds.length ? (
        <>
          <p>
            First check whether the fund can help. You can then complete the sections in any order, and leave and come
            back. A certifier in your agency signs off at the end.
          </p>
          <Form
            action={beginApplication}
            fields={resolveFields(CREATE_FIELDS, { rounds: options, earlier })}
            initial={cleanValues(answers)}
            requestId={randomUUID()}
            submit="Start"
            cancelHref="/home"
          />
        </>
      ) : (
        <p>
          No round is open at the moment. Email <DeskEmail /> to find out when the next one opens.
        </p>
      )}
    </Narrow>
  );
}
