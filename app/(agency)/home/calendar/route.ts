import { listDated } from "#lib/applications/calendar/queries.ts";
import { calendarDates } from "#lib/applications/calendar/rules.ts";
import { requireAgency } from "#lib/auth/session.ts";
import { calendarFile } from "#lib/platform/calendar.ts";
import { now } from "#lib/platform/clock.ts";
import { env } from "#lib/platform/env.ts";
import { orNotFound } from "#lib/web/action.ts";

/**
 * The agency's deadlines as a calendar file. The file leaves the portal, so a title with a higher marking is left out.
 */
export async function GET() {
  const actor = await requireAgency();
  const dated = await orNotFound(() => listDated(actor));
  const base = env().BASE_URL;
  const entries = calendarDates(dated, now()).map(({ kind, what, reference, title, marking, ...date }) => ({
    id: `${kind}-${reference}`,
    ...date,
    summary: `${reference}: ${what}${marking === "UNCLASSIFIED" ? ` (${title || "no title yet"})` : ""}`,
    url: `${base}/applications/${reference}`,
  }));
  return new Response(calendarFile("Pacific Security Fund", entries, new URL(base).hostname), {
    headers: {
      "content-type": "text/calendar; charset=utf-8",
      "content-disposition": 'attachment; filename="pacific-security-fund.ics"',
      "cache-control": "private, no-store",
    },
  });
}
