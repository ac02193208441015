import { getApplication } from "#lib/applications/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { getFile } from "#lib/documents/queries.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { openFile } from "#lib/platform/storage.ts";

type Context = { params: Promise<{ reference: string; id: string }> };

/** A file of an application, byte for byte. Nothing in it is ever displayed or run as a page of the portal. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference, id }] = await Promise.all([requireActor(), params]);
  try {
    const file = await getFile(actor, await getApplication(actor, reference), id);
    // Next sends HEAD requests here too, which would leave the file open.
    return new Response(request.method === "HEAD" ? null : await openFile(file.storageKey), {
      headers: {
        "content-type": file.mediaType,
        "content-disposition": disposition(file.fileName),
        // Next does not send the length of a streamed response. proxy.ts sandboxes the file.
        "cache-control": "private, no-store, no-transform",
      },
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.code === "STATE" ? refusal(409, error.message) : refusal(404, "Not found");
  }
}

const refusal = (status: number, text: string): Response =>
  new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" } });

/** The file name in any language (RFC 5987), after a plain one for clients that do not support it. */
function disposition(fileName: string): string {
  const plain = fileName.normalize("NFKD").replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const whole = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
