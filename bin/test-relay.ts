// For the tests: sits between the portal and its database, to count the statements, and to make the database
// unavailable in every way that happens: refused, closed, silent, or gone during a COMMIT.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type Relay = {
  /** The database's address through the relay. */
  url: string;
  /**
   * From now on, connections are accepted and answered; accepted and never answered, as by a server that hangs; or
   * refused.
   */
  be(state: "open" | "silent" | "refusing"): Promise<void>;
  /** Ends all connections. */
  cut(): void;
  /**
   * Forwards the next COMMIT to the database and ends its connection before the answer; resolves when that has
   * happened.
   */
  cutAtCommit(): Promise<void>;
  /** The statements so far: each executed one, and each piece of simple SQL, such as BEGIN and COMMIT. */
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
          close(); // the database has answered: the transaction is committed, but the portal never hears of it
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
      // What fell silent stays silent: a connection whose answers were lost is useless.
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

/** Reads what a client sends; returns how many statements a chunk completes. */
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

/** The message at the start of a chunk: the first of a connection has no type, every other one starts with one. */
function lengthOf(piece: Buffer, isFirst: boolean): number {
  const head = isFirst ? 0 : 1;
  return piece.length < head + 4 ? Number.POSITIVE_INFINITY : head + piece.readUInt32BE(head);
}
