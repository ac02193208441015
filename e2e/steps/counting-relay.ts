import { connect, createServer, type Socket } from "node:net";
import { inDatabase } from "../../bin/test-server.ts";

/** A way to the database that counts what is asked of it: `url` leads through it. */
export type CountingRelay = { url: string; count: () => number; stop: () => Promise<void> };

/** Counts the statements that pass: each that is executed, and each piece of simple SQL, as BEGIN and COMMIT are. */
export async function startCountingRelay(databaseUrl: string): Promise<CountingRelay> {
  const { hostname, port, pathname } = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let statements = 0;
  const server = createServer((client) => {
    const database = connect({ host: hostname, port: Number(port) });
    const isStatement = statementsIn();
    client.on("data", (chunk) => {
      statements += isStatement(chunk);
    });
    client.pipe(database).pipe(client);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const own = new URL(inDatabase(databaseUrl, pathname.slice(1)));
  own.hostname = "127.0.0.1";
  own.port = `${(server.address() as { port: number }).port}`;
  const stop = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      for (const socket of sockets) socket.destroy();
    });
  return { url: own.href, count: () => statements, stop };
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
