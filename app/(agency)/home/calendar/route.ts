import { listOpen } from "#lib/applications/queries.ts";
import { upcomingDates } from "#lib/applications/rules.ts";
import { requireAgency } from "#lib/auth/session.ts";
import { calendarFile } from "#lib/platform/calendar.ts";
import { now } from "#lib/platform/clock.ts";
import { env } from "#lib/platform/env.ts";
import { orNotFound } from "#lib/web/action.ts";

/** The agency's deadlines as a calendar file. It leaves the portal: a title that is marked higher stays out of it. */
export async function GET() {
  const actor = await requireAgency();
  const open = await orNotFound(() => listOpen(actor));
  const base = env().BASE_URL;
  const entries = upcomingDates(open, now()).map(({ kind, what, at, reference, title, marking }) => ({
    id: `${kind}-${reference}`,
    at,
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
