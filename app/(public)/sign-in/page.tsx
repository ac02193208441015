import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { DeskEmail } from "#components/site/desk-email.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Button } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { currentActor, ownPath } from "#lib/auth/session.ts";
import { ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { DEMO_PEOPLE } from "#lib/people/schema.ts";
import { env } from "#lib/platform/env.ts";
import { SignInForm } from "./form.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default async function Page({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { next: asked } = await searchParams;
  const next = typeof asked === "string" ? asked : "";
  if (await currentActor()) redirect(ownPath(next));
  return (
    <Narrow>
      <PageHeading title="Sign in" />
      <InsetText>
        This is a system of the New Zealand Government, for authorised use only. Activity on this system is recorded and
        monitored.
      </InsetText>
      <SignInForm next={next} desk={<DeskEmail />}>
        {env().DEMO ? <DemoPeople /> : undefined}
      </SignInForm>
    </Narrow>
  );
}

type DemoPerson = (typeof DEMO_PEOPLE)[number];

/** One press asks for a code, because people try the demonstration as many users in turn. */
const COLUMNS: Column<DemoPerson>[] = [
  {
    header: "Person",
    cell: ({ name, email }) => (
      <>
        {name}
        <div className="app-small">{email}</div>
      </>
    ),
  },
  {
    header: "Role",
    cell: ({ roles, agency }) => [...roles.map((role) => ROLE_LABELS[role]), agency ?? "MFAT"].join(", "),
  },
  {
    header: "Sign in as",
    cell: ({ email }) => (
      <div className="app-in-row">
        <Button kind="secondary" name="email" value={email}>
          Send code<span className="govuk-visually-hidden"> to {email}</span>
        </Button>
      </div>
    ),
  },
];

function DemoPeople() {
  return (
    <section aria-labelledby="demo-people">
      <h2 id="demo-people">Demonstration accounts</h2>
      <p>These people are not real. Choose one to sign in as: the code arrives in the demonstration mailbox.</p>
      <Table
        caption="Demonstration accounts"
        hideCaption
        columns={COLUMNS}
        rows={DEMO_PEOPLE}
        keyOf={({ email }) => email}
      />
    </section>
  );
}
