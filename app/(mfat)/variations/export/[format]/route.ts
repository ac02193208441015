import { requireMfat } from "#lib/auth/session.ts";
import { exportVariations } from "#lib/variations/commands.ts";
import { answerSheet } from "#lib/web/sheets.ts";

type Context = { params: Promise<{ format: string }> };

/** The list of all variations as a file, with the same rows as the page at the same address. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireMfat(), params]);
  return answerSheet(request, format, async (asked, sent) => exportVariations(actor, asked, sent));
}
