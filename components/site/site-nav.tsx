/** A section of the portal. It is current on every page below its address. */
export type Section = { label: string; href: string };

/** This many fit next to the portal’s name. */
const FEW = 5;

/** The sections, with the current one marked. `path`: the path of the requested page. */
export function SiteNav({ sections, path }: { sections: readonly Section[]; path: string }) {
  const current = sectionOf(path, sections);
  return (
    <nav className={sections.length > FEW ? "app-nav app-nav-many" : "app-nav"} aria-label="Main">
      <ul>
        {sections.map((section) => (
          <li key={section.href}>
            <a
              href={section.href}
              aria-current={path === section.href ? "page" : section === current ? "true" : undefined}
            >
              {section.label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/**
 * The section that a page belongs to: the deepest one whose address contains it, otherwise one with the same first
 * folder.
 */
function sectionOf(path: string, sections: readonly Section[]): Section | undefined {
  const [above] = sections
    .filter(({ href }) => path === href || path.startsWith(`${href}/`))
    .sort((one, other) => other.href.length - one.href.length);
  return above ?? sections.find(({ href }) => path.split("/")[1] === href.split("/")[1]);
}
