type ApplicationLinkProps = { application: { reference: string; title: string } };

/** An application in a list: its title links to its page, with its reference below. */
export function ApplicationLink({ application: { reference, title } }: ApplicationLinkProps) {
  return (
    <>
      <a href={`/applications/${reference}`}>{title || "No title yet"}</a>
      <span className="app-note app-line app-nowrap">{reference}</span>
    </>
  );
}
