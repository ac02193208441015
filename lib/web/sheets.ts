import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { notFound } from "next/navigation";
import { requestContext } from "#lib/auth/session.ts";
import { text, UUID, type Values } from "#lib/form/fields.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { now } from "#lib/platform/clock.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { RowsFile } from "#lib/platform/rows-file.ts";
import {
  csvLines,
  isSheetFormat,
  type Keep,
  linesAround,
  type Sheet,
  type SheetFormat,
  type SheetRequest,
  sheetFileName,
} from "#lib/platform/sheet.ts";
import { Turns } from "#lib/platform/turns.ts";
import { fileHeaders, orNotFound } from "./action.ts";
import { frameOf, rowsXml, workbookOf } from "./workbook.ts";

const MEDIA_TYPES: Record<SheetFormat, string> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** How many files are made at once, each of which holds a connection of the database, and how many people wait for theirs. */
const [AT_ONCE, WAITING_MAX] = [2, 20];
/** How many are being fetched or made, each of which holds a file on disk. */
const OPEN_MAX = 60;
const TRY_AGAIN_SECONDS = 30;
const BUSY = "Many files are being prepared right now. Try again in a minute.\n";

// One for each process: Next keeps several copies of a module.
const shared = globalThis as { sheetTurns?: Turns };

/** For routes: a list, as its page with the same address shows it, as a file; 400 for what the list does not know. */
export async function answerSheet(
  { url, signal }: Request,
  format: string,
  make: (asked: SheetRequest, sent: Values) => Promise<Sheet>,
): Promise<Response> {
  if (!isSheetFormat(format)) notFound();
  const sent = cleanValues(Object.fromEntries(new URL(url).searchParams));
  const { remoteAddress } = await requestContext();
  const words = Object.keys(sent).map((name) => text(sent, name));
  const of = words.filter((word) => !UUID.test(word)).join(" ");
  shared.sheetTurns ??= new Turns(AT_ONCE, WAITING_MAX, OPEN_MAX);
  const turn = await shared.sheetTurns.take(signal);
  if (!turn) return new Response(BUSY, { status: 503, headers: { "retry-after": String(TRY_AGAIN_SECONDS) } });
  try {
    const asked = { format, ...(remoteAddress && { remoteAddress }) };
    const made = (keep: Keep) => orNotFound(() => make({ ...asked, keep }, sent));
    const answer = await sheetAttachment(made, { format, of, signal, done: turn.end });
    turn.isMade();
    return answer;
  } catch (error) {
    turn.end();
    if (!(error instanceof DomainError) || error.code !== "INVALID") throw error;
    return new Response(`${Object.values(error.fields).join("\n") || error.message}\n`, { status: 400 });
  }
}

type Asked = { format: SheetFormat; of?: string; signal?: AbortSignal; done?: () => void };

/** A sheet as the file that was asked for; `of` says what it was narrowed to. `done` is called once it is fetched, or given up. */
export async function sheetAttachment(
  make: (keep: Keep) => Promise<Sheet>,
  { format, of = "", signal, done = () => {} }: Asked,
): Promise<Response> {
  const { sheet, parts, close } = await sheetFile(make, format, signal);
  const sent = Readable.from(parts);
  sent.once("close", () => {
    close().finally(done);
  });
  signal?.addEventListener("abort", () => sent.destroy(), { once: true });
  const body = Readable.toWeb(sent) as ReadableStream<Uint8Array>;
  return new Response(body, { headers: fileHeaders(sheetFileName(sheet, now(), format, of), MEDIA_TYPES[format]) });
}

/**
 * A sheet and the parts of its file. Its rows go to disk as they are read, and the file is sent once all are there: what stands
 * above them says what they come to, and the transaction that reads them waits for nobody. @throws where `signal` ends it
 */
export async function sheetFile(
  make: (keep: Keep) => Promise<Sheet>,
  format: SheetFormat,
  signal?: AbortSignal,
): Promise<{ sheet: Sheet; parts: AsyncGenerator<Buffer>; close: () => Promise<void> }> {
  const file = await RowsFile.open();
  try {
    const keep = keepIn(file, format, signal);
    const sheet = await make(keep);
    if (sheet.rows.length > 0) {
      await keep.begin(sheet);
      await keep.add(sheet.rows);
    }
    return { sheet, parts: partsOf(sheet, format, file), close: file.close };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* partsOf(sheet: Sheet, format: SheetFormat, file: RowsFile): AsyncGenerator<Buffer> {
  if (format === "xlsx") {
    yield* workbookOf(sheet, file.read());
    return;
  }
  const { above, below } = linesAround(sheet);
  yield Buffer.from(`\uFEFF${csvLines(above)}`);
  yield* file.read();
  yield Buffer.from(csvLines(below));
}

const PAUSE_MS_MAX = 50;

/** Rows as their format has them. After each page others have their turn, for as long as it took. */
function keepIn(file: RowsFile, format: SheetFormat, signal?: AbortSignal): Keep {
  let encode: (rows: Sheet["rows"], from: number) => string = csvLines;
  let [next, since] = [1, 0];
  return {
    begin: async (sheet) => {
      if (format === "xlsx") {
        const frame = await frameOf(sheet);
        encode = (rows, from) => rowsXml(rows, frame, from);
        next = frame.firstRow;
      }
      since = performance.now();
    },
    add: async (rows) => {
      signal?.throwIfAborted();
      await file.add(encode(rows, next));
      next += rows.length;
      await pause(Math.min(performance.now() - since, PAUSE_MS_MAX));
      since = performance.now();
    },
  };
}
