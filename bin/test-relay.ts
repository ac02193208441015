// For the tests: stands between the portal and its database, to take the database away in each of the ways in which it
// goes: refused, closed, silent, or gone while a COMMIT is on its way.
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
  stop(): Promise<void>;
};

/** @param databaseUrl where the database really is */
export async function startRelay(databaseUrl: string): Promise<Relay> {
  const target = new URL(databaseUrl);
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let state: "open" | "silent" | "refusing" = "open";
  let commitCut: (() => void) | undefined;
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
    client.on("data", (data) => {
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
