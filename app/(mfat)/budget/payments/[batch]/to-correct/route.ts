import { requestContext, requireMfat } from "#lib/auth/session.ts";
import { exportPaymentsToCorrect } from "#lib/batches/payments/commands.ts";
import { orNotFound } from "#lib/web/action.ts";
import { sheetAttachment } from "#lib/web/sheets.ts";

/** The lines of a list that were not recorded, in a list that can be imported again. */
export async function GET(_request: Request, { params }: { params: Promise<{ batch: string }> }): Promise<Response> {
  const [actor, { batch }] = await Promise.all([requireMfat(), params]);
  const { remoteAddress } = await requestContext();
  const sheet = await orNotFound(() =>
    exportPaymentsToCorrect(actor, { ...(remoteAddress && { remoteAddress }) }, batch),
  );
  return sheetAttachment(async () => sheet, { format: "csv" });
}
