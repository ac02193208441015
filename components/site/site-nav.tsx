/** A section of the portal; it is the current one on every page below the first folder of its address. */
export type Section = { label: string; href: string };

/** The sections, the current one marked. `path`: of the page that was asked for. */
export function SiteNav({ sections, path }: { sections: readonly Section[]; path: string }) {
  return (
    <nav className="app-nav" aria-label="Main">
      <ul>
        {sections.map(({ label, href }) => (
          <li key={href}>
            <a href={href} aria-current={currency(path, href)}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function currency(path: string, href: string): "page" | "true" | undefined {
  if (path === href) return "page";
  return path.split("/")[1] === href.split("/")[1] ? "true" : undefined;
}
