import { Server } from "@tus/server";
import { isFromOwnPage } from "#lib/auth/request.ts";
import { admittedActor } from "#lib/auth/session.ts";
import { FILE_BYTES_MAX, UPLOADS_MAX } from "#lib/documents/rules.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { env } from "#lib/platform/env.ts";
import { countUploads, findUpload, newStorageId, uploads } from "#lib/platform/storage.ts";

type Context = { params: Promise<{ path?: string[] }> };

const PATH = "/api/uploads";

/**
 * Uploads files in pieces by the tus protocol: started with POST, continued with PATCH from the offset that HEAD
 * reports. An upload belongs to one person and to nothing else until a form takes it on (lib/documents/commands.ts).
 * Nothing can be downloaded here.
 */
async function handler(request: Request, { params }: Context): Promise<Response> {
  const [actor, { path = [] }] = await Promise.all([admittedActor(), params]);
  if (!actor || !can(actor, "invoice:add")) return answer(404, "Not found");
  if (request.method !== "HEAD" && !isFromOwnPage(request)) return answer(403, "Send files from a page of the portal");
  // The tus server takes the last part of the whole address, query included, as the upload's id.
  if (new URL(request.url).search) return answer(404, "Not found");
  if (path.length > 0) {
    const upload = path.length === 1 ? await findUpload(path[0] ?? "") : null;
    if (upload?.personId !== actor.personId) return answer(404, "Not found");
  }
  const response = await serverFor(actor.personId).handleWeb(request as never);
  // A protocol extension that we do not support.
  if (response.status === 501)
    return answer(400, "The portal cannot accept this upload. Add the file again from the page");
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  return response;
}

export { handler as HEAD, handler as PATCH, handler as POST };

const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
const answer = (status: number, text: string): Response => new Response(text, { status, headers: HEADERS });

let locker: Server["options"]["locker"] | undefined;

/** One server for each request, because the upload's owner is set on it; the locks are shared by all requests. */
function serverFor(personId: string): Server {
  const server = new Server({
    path: PATH,
    datastore: uploads(),
    relativeLocation: true,
    allowedOrigins: [env().BASE_URL],
    maxSize: FILE_BYTES_MAX,
    namingFunction: newStorageId,
    ...(locker && { locker }),
    // Whatever metadata the browser sends, the upload is this person's. An upload of unknown length would have no
    // limit.
    onUploadCreate: async (_request, upload) => {
      if (!upload.size) throw { status_code: 400, body: "Say how long the file is" };
      if ((await countUploads(personId)) >= UPLOADS_MAX) throw { status_code: 429, body: "Too many files at once" };
      return { metadata: { personId } };
    },
  } as ConstructorParameters<typeof Server>[0]);
  locker ??= server.options.locker;
  return server;
}
