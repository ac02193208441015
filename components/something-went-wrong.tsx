import { PageHeading } from "./page-heading.tsx";
import { LinkButton } from "./ui/buttons.tsx";
import { Narrow } from "./ui/columns.tsx";

/** What an unexpected error shows. `id` stands in the log beside what really happened. */
export function SomethingWentWrong({ id }: { id?: string }) {
  return (
    <Narrow>
      <PageHeading title="Sorry, something went wrong" />
      <p>This page could not be shown. The fault is ours, and it has been recorded.</p>
      <p>
        What you had saved before is safe. If you had just sent a form, look at the application first: its history says
        whether it arrived. Then try again in a few minutes.
      </p>
      <p>
        If it happens again, write to <a href="mailto:psf@mfat.govt.nz">psf@mfat.govt.nz</a>, say what you were doing
        {id ? (
          <>
            , and give this number: <strong className="app-numeric">{id}</strong>.
          </>
        ) : (
          "."
        )}
      </p>
      <LinkButton kind="secondary" href="/">
        Go to the start page
      </LinkButton>
    </Narrow>
  );
}
