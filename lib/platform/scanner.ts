import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { env } from "./env.ts";

/** `finding`: the name that clamd gives to what it found. */
export type Verdict = { isClean: true } | { isClean: false; finding: string };

const SILENCE_MAX_MS = 120_000;

/** Whether files are scanned at all. */
export const hasScanner = (): boolean => env().CLAMAV_URL !== undefined;

/**
 * Has clamd read a file over its socket: INSTREAM, each chunk preceded by its length, and a length of zero at the end.
 * @throws where clamd cannot be reached, or answers with anything but a verdict
 */
export async function scan(file: ReadableStream<Uint8Array>): Promise<Verdict> {
  const socket = open();
  const answer = read(socket);
  answer.catch(() => {}); // reported below, once sending has ended
  try {
    await once(socket, "connect");
    await send(socket, Buffer.from("zINSTREAM\0"));
    for await (const chunk of file) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(chunk.byteLength);
      await send(socket, length);
      await send(socket, chunk);
    }
    await send(socket, Buffer.alloc(4));
    return verdictOf(await answer);
  } finally {
    socket.destroy();
    await file.cancel().catch(() => {}); // already read to the end, or never started
  }
}

/** Connects to the clamd of an address: tcp://host:port or unix:///path. */
function connectTo(address: string): Socket {
  const url = new URL(address);
  if (url.protocol === "unix:") return connect(decodeURIComponent(url.pathname));
  return connect(Number(url.port || 3310), url.hostname.replace(/^\[|\]$/g, ""));
}

/** Asks clamd whether it is available: it answers PING with PONG. @throws where it does not answer in time */
export async function tryScanner(address: string, waitMs: number): Promise<void> {
  const socket = connectTo(address).setTimeout(waitMs, () => socket.destroy(new Error("it does not answer")));
  try {
    socket.write("zPING\0");
    const [answer] = await once(socket, "data");
    if (!String(answer).startsWith("PONG")) throw new Error("what answers is not clamd");
  } finally {
    socket.destroy();
  }
}

function open(): Socket {
  const socket = connectTo(env().CLAMAV_URL ?? "");
  return socket.setTimeout(SILENCE_MAX_MS, () => socket.destroy(new Error("clamd said nothing for two minutes")));
}

async function read(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket) text += chunk;
  return text;
}

async function send(socket: Socket, data: Uint8Array): Promise<void> {
  if (!socket.write(data)) await once(socket, "drain");
}

function verdictOf(answer: string): Verdict {
  const said = answer.replace(/\0/g, "").trim();
  if (said === "stream: OK") return { isClean: true };
  const finding = /^stream: (.+) FOUND$/.exec(said)?.[1];
  if (finding) return { isClean: false, finding };
  throw new Error(`clamd gave no verdict: ${said || "nothing"}`);
}
