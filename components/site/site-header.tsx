import { type Actor, can, ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { type Section, SiteNav } from "./site-nav.tsx";
import { WaveMark } from "./wave-mark.tsx";

/** Ends the session and leads to where somebody can sign in again. */
export const SIGN_OUT = "/api/sign-out";

type SiteHeaderProps = {
  actor: Actor | null;
  /** The path of the requested page. */
  path: string;
};

/** The fund's name, the sections of the portal that the reader may use, and the reader's name. */
export function SiteHeader({ actor, path }: SiteHeaderProps) {
  return (
    <header className="app-header">
      <div className="app-wrap">
        <a className="app-brand" href="/">
          <WaveMark />
          Pacific Security Fund
        </a>
        {actor && <SiteNav sections={sectionsOf(actor)} path={path} />}
        {actor ? (
          <div className="app-me">
            <span className="app-me-who">
              <a href="/account">{actor.name}</a> <span className="app-me-standing">{standingOf(actor)}</span>
            </span>
            <form method="post" action={SIGN_OUT} aria-label="Sign out">
              <button type="submit">Sign out</button>
            </form>
          </div>
        ) : (
          <div className="app-me app-me-nobody">
            <a href="/sign-in">Sign in</a>
          </div>
        )}
      </div>
    </header>
  );
}

function sectionsOf(actor: Actor): Section[] {
  if (actor.side === "AGENCY") {
    return [
      { label: "Home", href: "/home" },
      { label: "Applications", href: "/applications" },
      ...(can(actor, "colleague:keep") ? [{ label: "Your people", href: "/people" }] : []),
    ];
  }
  const sections = [
    { label: "My work", href: "/work" },
    { label: "Applications", href: "/applications" },
    ...(can(actor, "budget:read") ? [{ label: "Claims", href: "/budget/claims" }] : []),
    { label: "Reports", href: "/reports" },
    ...(can(actor, "variation:read") ? [{ label: "Variations", href: "/variations" }] : []),
    ...(can(actor, "budget:read") ? [{ label: "Budget", href: "/budget" }] : []),
    { label: "Rounds", href: "/rounds" },
  ];
  if (can(actor, "person:read")) sections.push({ label: "Settings", href: "/settings/people" });
  return sections;
}

/** "contributor, New Zealand Police"; "desk officer and administrator". */
function standingOf(actor: Actor): string {
  const roles = new Intl.ListFormat("en-NZ").format([...actor.roles].map((role) => ROLE_LABELS[role]));
  return actor.side === "AGENCY" ? `${roles}, ${actor.agencyName}` : roles;
}
