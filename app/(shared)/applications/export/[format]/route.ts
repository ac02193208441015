import { requireActor } from "#lib/auth/session.ts";
import { refuseUnknown } from "#lib/form/filters.ts";
import { exportApplications } from "#lib/views/commands.ts";
import { readFilterLists } from "#lib/views/queries.ts";
import { readSearch } from "#lib/views/schema.ts";
import { answerSheet } from "#lib/web/sheets.ts";

type Context = { params: Promise<{ format: string }> };

/** Every application in the list at the same address, as a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { format }] = await Promise.all([requireActor(), params]);
  return answerSheet(request, format, async (asked, sent) => {
    const search = readSearch(actor.side, sent, await readFilterLists(actor));
    refuseUnknown(sent, search);
    return exportApplications(actor, asked, search);
  });
}
