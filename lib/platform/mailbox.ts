import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ParsedMail, simpleParser } from "mailparser";
import { env } from "./env.ts";

/**
 * What the embedded mailbox received (bin/mailbox.ts), for the demonstration: a file for each mail, named by time and a
 * UUID.
 */
const FILE = /^\d+-[0-9a-f-]{36}\.eml$/;

export type MailHead = { file: string; to: string; subject: string; receivedAt: Date };
export type ReceivedMail = MailHead & { from: string; date: Date | null; messageId: string; text: string };

const PAGE = 50;
/** A search reads at most this many files before it offers to continue. */
const SCAN_MAX = 2_000;
const HEAD_BYTES = 16_384;

/** The folder; null where there is no demonstration with a mailbox of its own. */
const folder = (): string | null => (env().DEMO && env().MAILBOX_DIR) || null;

export const hasMailbox = (): boolean => folder() !== null;

/**
 * Emails, newest first, a page at a time: `before` is the last file that the previous page read, `to` a part of the
 * recipient's address. Only the headers of the files shown are read.
 */
export async function listReceived({ to = "", before = "" }: { to?: string; before?: string }): Promise<{
  mails: MailHead[];
  next: string | null;
}> {
  const wanted = to.trim().toLowerCase();
  const files = await listFiles(before);
  const mails: MailHead[] = [];
  for (const [index, file] of files.entries()) {
    if (mails.length === PAGE || index === SCAN_MAX) return { mails, next: files[index - 1] ?? null };
    const head = await readHead(file);
    if (head?.to.toLowerCase().includes(wanted)) mails.push(head);
  }
  return { mails, next: null };
}

async function listFiles(before: string): Promise<string[]> {
  const names = await readdir(/* turbopackIgnore: true */ folder() ?? "").catch(() => []);
  const files = names
    .filter((name) => FILE.test(name))
    .sort((one, other) => timeOf(other) - timeOf(one) || (one < other ? 1 : -1));
  return FILE.test(before) ? files.slice(files.indexOf(before) + 1) : files;
}

const timeOf = (file: string): number => Number(file.slice(0, file.indexOf("-")));

/** From, to and subject, without the body; null where the file is gone. */
async function readHead(file: string): Promise<MailHead | null> {
  const handle = await open(join(/* turbopackIgnore: true */ folder() ?? "", file)).catch(() => null);
  if (!handle) return null;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const start = buffer.subarray(0, bytesRead);
    const end = start.indexOf("\r\n\r\n");
    return headOf(file, await simpleParser(end < 0 ? start : start.subarray(0, end + 4)));
  } finally {
    await handle.close();
  }
}

/** One whole mail; null if no mail has that name. */
export async function findReceived(file: string): Promise<ReceivedMail | null> {
  const source = await readSource(file);
  if (!source) return null;
  const mail = await simpleParser(source, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  return {
    ...headOf(file, mail),
    from: mail.from?.text ?? "",
    date: mail.date ?? null,
    messageId: mail.messageId ?? "",
    text: mail.text ?? "",
  };
}

/** The mail as it was received; null if no mail has that name. */
export async function readSource(file: string): Promise<Buffer | null> {
  const place = folder();
  return place && FILE.test(file) ? readFile(join(/* turbopackIgnore: true */ place, file)).catch(() => null) : null;
}

const headOf = (file: string, mail: ParsedMail): MailHead => ({
  file,
  to: [mail.to ?? []]
    .flat()
    .map((address) => address.text)
    .join(", "),
  subject: mail.subject ?? "(no subject)",
  receivedAt: new Date(timeOf(file)),
});
