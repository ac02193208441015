import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Views } from "#components/ui/navigation.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { can, type Permission } from "#lib/lifecycle/permissions.ts";

const PARTS: { label: string; href: string; permission: Permission }[] = [
  { label: "People", href: "/settings/people", permission: "person:read" },
  { label: "Agencies", href: "/settings/agencies", permission: "agency:read" },
  { label: "Interests", href: "/settings/interests", permission: "interest:read" },
  { label: "Conditions", href: "/settings/conditions", permission: "condition:read" },
  { label: "Letters", href: "/settings/letters", permission: "letter:read" },
  { label: "Mail", href: "/settings/mail", permission: "mail:read" },
  { label: "Audit trail", href: "/settings/audit", permission: "audit:read" },
];

/** The parts of the settings that the reader may open. No form leads from one part to another. */
export default async function Layout({ children }: { children: ReactNode }) {
  const actor = await requireActor();
  const path = (await headers()).get("x-path") ?? "";
  const views = PARTS.filter(({ permission }) => can(actor, permission)).map(({ label, href }) => ({
    label,
    href,
    isCurrent: path.startsWith(href),
  }));
  return (
    <>
      {views.length > 0 && <Views label="Settings" views={views} />}
      {children}
    </>
  );
}
