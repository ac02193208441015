import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Button } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { Details } from "#components/ui/details.tsx";
import { ownPath, requireActor } from "#lib/auth/session.ts";
import { GIVEN_BACK, type PostedForm, readSignedOut } from "#lib/auth/signed-out.ts";

export const metadata: Metadata = { title: "What you typed is still here" };

/** What somebody sent after their session had ended, without JavaScript: it is shown in its own form again. */
export default async function Page({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const [actor, { next }] = await Promise.all([requireActor(), searchParams]);
  const forms = await readSignedOut(actor);
  const to = typeof next === "string" ? ownPath(next) : "/home";
  return (
    <Narrow>
      <PageHeading title={forms.length ? "What you typed is still here" : "Nothing is waiting here"} />
      {forms.length === 0 && (
        <p>
          If you send a form after you were signed out, we keep what you typed here for an hour, in this browser only.
        </p>
      )}
      {forms.map((form) => (
        <GiveBack key={form.path} form={form} />
      ))}
      <p>
        <a href={to}>{forms.length ? "Leave it and continue" : "Go on"}</a>
      </p>
    </Narrow>
  );
}

/** What every form carries, and what Next writes into it. */
const UNSEEN = /^(\$|unsent\.|requestId$|revision$|shown$|intent$)/;

function GiveBack({ form: { path, entries } }: { form: PostedForm }) {
  const typed = entries.filter(([name, value]) => !UNSEEN.test(name) && value.trim() !== "");
  return (
    <>
      <p>
        You were signed out before you sent this form, so nothing was sent. We have kept what you typed. Open the form
        again, check it, and send it.
      </p>
      <form method="post" encType="multipart/form-data" action={path} aria-label="Open the form again">
        {entries.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they never change, nor change places
          <input key={index} type="hidden" name={name} value={value} />
        ))}
        <input type="hidden" name={GIVEN_BACK} value="yes" />
        <Button>Open the form again</Button>
      </form>
      <Details summary="What you typed">
        {typed.map(([name, value]) => (
          <p key={`${name} ${value}`} className="app-line">
            {value}
          </p>
        ))}
      </Details>
    </>
  );
}
