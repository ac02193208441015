import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeading } from "../../../../../components/page-heading.tsx";
import { Narrow } from "../../../../../components/ui/columns.tsx";
import { BackLink } from "../../../../../components/ui/navigation.tsx";
import { ELIGIBILITY, ELIGIBILITY_KEYS } from "../../../../../lib/applications/schema.ts";
import { requireActor } from "../../../../../lib/auth/session.ts";
import { env } from "../../../../../lib/env.ts";
import { can } from "../../../../../lib/permissions.ts";

export const metadata: Metadata = { title: "The fund cannot help with this" };

type Props = { searchParams: Promise<{ because?: string }> };

/** Why an initiative is not for the fund, and whom to ask. */
export default async function Page({ searchParams }: Props) {
  const [actor, { because = "" }] = await Promise.all([requireActor(), searchParams]);
  if (!can(actor, "application:create")) notFound();
  const keys = because.split(",");
  const desk = env().DESK_EMAIL;
  return (
    <Narrow>
      <BackLink href="/applications/new">Back to the questions</BackLink>
      <PageHeading title="The fund cannot help with this as it is" />
      <p>Nothing was begun or kept. By your answers:</p>
      <ul>
        {ELIGIBILITY_KEYS.filter((key) => keys.includes(key)).map((key) => (
          <li key={key}>{ELIGIBILITY[key].because}</li>
        ))}
      </ul>
      <h2>Whom to ask</h2>
      <p>
        Write to the fund desk, <a href={`mailto:${desk}`}>{desk}</a>, before you give it up: they know what can be
        changed, and who else may fund it.
      </p>
      <p>
        <a href="/applications/new">Answer the questions again</a>
      </p>
    </Narrow>
  );
}
