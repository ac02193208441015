import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PageHeading } from "../../../components/page-heading.tsx";
import { Narrow } from "../../../components/ui/columns.tsx";
import { InsetText } from "../../../components/ui/feedback.tsx";
import { currentActor } from "../../../lib/auth/session.ts";
import { env } from "../../../lib/env.ts";
import { DEMO_PEOPLE } from "../../../lib/people/schema.ts";
import { ROLE_LABELS } from "../../../lib/permissions.ts";
import { SignInForm } from "./form.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default async function Page({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { next } = await searchParams;
  if (await currentActor()) redirect("/home");
  const people = env().DEMO ? DEMO_PEOPLE : [];
  return (
    <Narrow>
      <PageHeading title="Sign in" />
      <InsetText>
        This is a system of the New Zealand Government, for authorised use only. What is done here is recorded and
        monitored.
      </InsetText>
      <SignInForm
        next={typeof next === "string" ? next : ""}
        demoPeople={people.map(({ email, name, agency, roles }) => ({
          email,
          name,
          standing: [...roles.map((role) => ROLE_LABELS[role]), agency ?? "MFAT"].join(", "),
        }))}
      />
    </Narrow>
  );
}
