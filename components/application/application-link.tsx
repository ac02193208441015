type ApplicationLinkProps = { application: { reference: string; title: string } };

/** An application in a list: its title leads to its page, its reference stands under it. */
export function ApplicationLink({ application: { reference, title } }: ApplicationLinkProps) {
  return (
    <>
      <a href={`/applications/${reference}`}>{title || "No title yet"}</a>
      <span className="app-note app-line app-nowrap">{reference}</span>
    </>
  );
}
