import { exportInterests } from "#lib/assessments/interests/commands.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { text } from "#lib/form/fields.ts";
import { refuseUnknown } from "#lib/form/filters.ts";
import { answerSheet } from "#lib/web/sheets.ts";

type Context = { params: Promise<{ format: string }> };

/** The register of interests as a file, with the same rows as the page at the same address. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireMfat(), params]);
  return answerSheet(request, format, async (asked, sent) => {
    const isRecused = text(sent, "show") === "recused";
    refuseUnknown(sent, { query: isRecused ? "show=recused" : "" });
    return exportInterests(actor, asked, { isRecused });
  });
}
