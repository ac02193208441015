/** What an unexpected error shows. `id` stands in the log beside what really happened. Plain markup, because every page
 * carries it. */
export function SomethingWentWrong({ id }: { id?: string }) {
  return (
    <div className="app-narrow">
      <title>Sorry, something went wrong – Pacific Security Fund</title>
      <h1>Sorry, something went wrong</h1>
      <p>This page could not be shown. The fault is ours, and it has been recorded.</p>
      <p>
        What you had saved before is safe. If you had just sent a form, look at the application first: its history says
        whether it arrived. Then try again in a few minutes.
      </p>
      <p>
        If it happens again, write to <a href="mailto:psf@mfat.govt.nz">psf@mfat.govt.nz</a> and say what you were
        doing.
        {id && (
          <>
            {" "}
            Give this number: <strong>{id}</strong>.
          </>
        )}
      </p>
      <p>
        <a href="/">Go to the start page</a>
      </p>
    </div>
  );
}
