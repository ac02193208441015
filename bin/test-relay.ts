// For the tests: stands between the portal and its database, to count what is asked of it, and to take it away in each of
// the ways in which it goes: refused, closed, silent, or gone while a COMMIT is on its way.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type Relay = {
  /** The database's address through the relay. */
  url: string;
  /** From now on: connections are taken and answered; taken and not answered, as by a server that hangs; or refused. */
  be(state: "open" | "silent" | "refusing"): Promise<void>;
  /** Ends all connections. */
  cut(): void;
  /** Hands the next COMMIT on to the database and ends its connection before the answer; resolves when that happened. */
  cutAtCommit(): Promise<void>;
  /** The statements that have passed: each that was executed, and each piece of simple SQL, as BEGIN and COMMIT are. */
  count(): number;
  stop(): Promise<void>;
};

/** @param databaseUrl where the database really is */
export async function startRelay(databaseUrl: string): Promise<Relay> {
  const target = new URL(databaseUrl);
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let state: "open" | "silent" | "refusing" = "open";
  let commitCut: (() => void) | undefined;
  let statements = 0;
  const listener = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    const pair = { client, server };
    pairs.add(pair);
    const close = () => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", close).on("close", close);
    const isStatement = statementsIn();
    client.on("data", (data) => {
      statements += isStatement(data);
      if (state === "silent") return;
      if (commitCut && /COMMIT/.test(data.toString("latin1"))) {
        const done = commitCut;
        commitCut = undefined;
        server.removeAllListeners("data").once("data", () => {
          close(); // the database has answered: the transaction is committed, and the portal does not hear of it
          done();
        });
      }
      server.write(data);
    });
    server.on("data", (data) => state !== "silent" && client.write(data));
  });
  const listen = (port: number) => new Promise<void>((done) => listener.listen(port, "127.0.0.1", done));
  await listen(0);
  const { port } = listener.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  const cut = () => {
    for (const { client } of pairs) client.destroy();
  };
  return {
    url: url.href,
    cut,
    count: () => statements,
    async be(next) {
      if (next === "refusing" && listener.listening) await new Promise((done) => listener.close(done) && cut());
      if (next !== "refusing" && !listener.listening) await listen(port);
      // What fell silent stays so: a connection whose answers were lost is of no more use.
      if (state === "silent") cut();
      state = next;
    },
    cutAtCommit: () =>
      new Promise((done) => {
        commitCut = done;
      }),
    async stop() {
      cut();
      if (listener.listening) await new Promise((done) => listener.close(done));
    },
  };
}

const EXECUTE = "E".charCodeAt(0);
const SIMPLE = "Q".charCodeAt(0);

/** Reads what a client sends; answers how many statements a piece completes. */
function statementsIn(): (chunk: Buffer) => number {
  let rest = Buffer.alloc(0);
  let isFirst = true;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    let count = 0;
    for (let length = lengthOf(rest, isFirst); length <= rest.length; length = lengthOf(rest, isFirst)) {
      if (!isFirst && [EXECUTE, SIMPLE].includes(rest[0] ?? 0)) count++;
      rest = rest.subarray(length);
      isFirst = false;
    }
    return count;
  };
}

/** Of the message that a piece begins with: the first of a connection has no type, every other one begins with one. */
function lengthOf(piece: Buffer, isFirst: boolean): number {
  const head = isFirst ? 0 : 1;
  return piece.length < head + 4 ? Number.POSITIVE_INFINITY : head + piece.readUInt32BE(head);
}
