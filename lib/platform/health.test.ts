import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterAll, expect, test } from "vitest";
import { useTestDatabase } from "#lib/testing/database.ts";
import { db, disconnect } from "./db.ts";
import { env, setEnvironment } from "./env.ts";
import { readHealth } from "./health.ts";
import { tryStore } from "./storage.ts";

useTestDatabase();

/** Accepts connections and never answers, like a server that hangs. */
const sockets = new Set<Socket>();
const silent = createServer((socket) => sockets.add(socket));
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test("a database that hangs is down within seconds, and one that answers is up", async () => {
  const url = env().DATABASE_URL;
  await db().$queryRaw`SELECT 1`;
  expect((await readHealth()).database.state).toBe("up");
  await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
  await disconnect();
  setEnvironment({ DATABASE_URL: `postgresql://psf@127.0.0.1:${(silent.address() as AddressInfo).port}/psf` });
  const at = performance.now();
  const { state, database, migrations } = await readHealth();
  expect([state, database.state, migrations.state]).toEqual(["down", "down", "down"]);
  // Five, plus what a busy machine adds.
  expect(performance.now() - at).toBeLessThan(30_000);
  for (const socket of sockets) socket.destroy();
  await disconnect();
  setEnvironment({ DATABASE_URL: url });
  await db().$queryRaw`SELECT 1`;
  expect((await readHealth()).database.state).toBe("up");
});

test("a file store that takes connections and says nothing is given up in time", async () => {
  if (!silent.listening) await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
  setEnvironment({ FILES_URL: `http://key:secret@127.0.0.1:${(silent.address() as AddressInfo).port}/bucket` });
  await expect(tryStore(300)).rejects.toThrow("The store did not answer within 300 ms.");
  setEnvironment({ FILES_URL: undefined });
});
