import { DeskEmail } from "./desk-email.tsx";

const LINKS = [
  { label: "Privacy", href: "/privacy" },
  { label: "Accessibility", href: "/accessibility" },
  { label: "Copyright", href: "/copyright" },
  { label: "Security", href: "/security" },
  { label: "Contact", href: "/contact" },
  { label: "Govt.nz", href: "https://www.govt.nz/" },
];

/** The links that every government website has at its end. */
export function SiteFooter() {
  return (
    <footer className="app-footer">
      <div className="app-wrap">
        <ul>
          {LINKS.map(({ label, href }) => (
            <li key={href}>
              <a href={href}>{label}</a>
            </li>
          ))}
        </ul>
        <p>
          Email <DeskEmail />. We acknowledge every email within 3 working days.
        </p>
        <p className="app-footer-ministry">
          <span>Ministry of Foreign Affairs and Trade</span> <span lang="mi">Manatū Aorere</span>
        </p>
      </div>
    </footer>
  );
}
