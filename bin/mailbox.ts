import { randomUUID } from "node:crypto";
import { mkdir, open, rename } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";

export type Mailbox = { url: string; port: number; stop(): Promise<void> };

/**
 * The embedded mailbox: an SMTP server on loopback that stores each message that it receives as an .eml file in
 * `folder`. A message is acknowledged once it is safely on disk. `refuses`: addresses that it does not accept.
 */
export async function startMailbox(
  folder: string,
  options: { port?: number; refuses?: (address: string) => boolean } = {},
): Promise<Mailbox> {
  await mkdir(folder, { recursive: true });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 1_000,
    onRcptTo({ address }, _session, done) {
      done(options.refuses?.(address) ? new Error(`No such mailbox: ${address}`) : null);
    },
    onData(stream, _session, done) {
      keep(folder, stream).then(() => done(), done);
    },
  });
  await new Promise<void>((ready, fail) => {
    server.once("error", fail);
    server.listen(options.port ?? 0, "127.0.0.1", ready);
  });
  server.on("error", (error) => console.error(`mailbox: ${error.message}`));
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, port, stop: () => new Promise((done) => server.close(() => done())) };
}

async function keep(folder: string, stream: SMTPServerDataStream): Promise<void> {
  const name = join(folder, `${Date.now()}-${randomUUID()}`);
  const file = await open(`${name}.tmp`, "wx");
  try {
    await file.writeFile(stream);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${name}.tmp`, `${name}.eml`);
}
