import type { Metadata } from "next";
import { TypedWords, Words } from "#components/form/typed-words.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Button } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { Details } from "#components/ui/details.tsx";
import { listLostAdvice } from "#lib/advice/queries.ts";
import { listLostComments } from "#lib/assessments/queries.ts";
import { ownPath, requireActor } from "#lib/auth/session.ts";
import { GIVEN_BACK, type PostedForm, readSignedOut } from "#lib/auth/signed-out.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { listUnsent } from "#lib/unsent/queries.ts";
import { wordsIn } from "#lib/unsent/rules.ts";

export const metadata: Metadata = { title: "What you typed is still here" };

/**
 * What somebody sent without JavaScript after their session had ended, shown in its own form again; and what they typed
 * and never sent, even where they can no longer open its form.
 */
export default async function Page({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const [actor, { next }] = await Promise.all([requireActor(), searchParams]);
  const [forms, typed, comments, advice] = await Promise.all([
    readSignedOut(actor),
    listUnsent(actor),
    actor.side === "MFAT" ? listLostComments(actor) : [],
    actor.side === "MFAT" ? listLostAdvice(actor) : [],
  ]);
  const lost = [
    ...comments.map((one) => ({ ...one, what: "Assessment of" })),
    ...advice.map((one) => ({ ...one, what: "Advice on" })),
  ];
  const isEmpty = forms.length + typed.length + lost.length === 0;
  const to = typeof next === "string" ? ownPath(next) : "/home";
  return (
    <Narrow>
      <PageHeading title={isEmpty ? "You have nothing left to send" : "What you typed is still here"} />
      {isEmpty && (
        <p>
          We keep what you type until you send it. If you send a form after you were signed out, we keep it here for an
          hour, in this browser only.
        </p>
      )}
      {forms.map((form) => (
        <GiveBack key={form.path} form={form} />
      ))}
      {lost.map(({ what, reference, words }) => (
        <TypedWords key={`${what} ${reference}`} title={`${what} ${reference}`} words={words}>
          You no longer need to do this. Only you can read what you wrote here.
        </TypedWords>
      ))}
      {typed.map(({ path, form, at, words }) => (
        <TypedWords key={`${path} ${form}`} title={titleOf(path, form)} words={words}>
          {at && `Typed on ${formatInstant(at)}, not sent. `}
          <a href={path}>Open the page</a>
        </TypedWords>
      ))}
      <p>
        <a href={to}>{forms.length ? "Continue without sending" : "Continue"}</a>
      </p>
    </Narrow>
  );
}

/** "PSF-2026-0042: Complete assessment"; only the form's name where it is not about an application. */
const titleOf = (path: string, form: string): string => {
  const reference = /^\/applications\/(PSF-\d{4}-\d+)/.exec(path)?.[1];
  return reference ? `${reference}: ${form}` : form;
};

function GiveBack({ form: { path, entries } }: { form: PostedForm }) {
  const words = entries.flatMap(([name, value]) => wordsIn({ [name]: value }));
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
        <Words words={words} />
      </Details>
    </>
  );
}
