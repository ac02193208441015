import { readSource } from "#lib/platform/mailbox.ts";

/** An email in the demonstration mailbox, as it was received. */
export async function GET(_request: Request, { params }: { params: Promise<{ file: string }> }): Promise<Response> {
  const { file } = await params;
  const source = await readSource(file);
  if (!source) return new Response("Page not found", { status: 404, headers: { "content-type": "text/plain" } });
  return new Response(new Uint8Array(source), {
    headers: {
      "content-type": "message/rfc822",
      "content-disposition": `attachment; filename="${file}"`,
      "content-security-policy": "sandbox; default-src 'none'",
      "cache-control": "no-store",
    },
  });
}
