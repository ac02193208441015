import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../bin/postgres.ts";

const root = join(import.meta.dirname, "..", "..");
const next = join(root, "node_modules", "next", "dist", "bin", "next");

/** What Next costs with nothing of ours: a page with two lines, and a list with its statement, on the portal's own database. */
export async function startBare(
  databaseUrl: string,
): Promise<{ url: string; pid: number; stop: () => Promise<unknown> }> {
  const env = {
    ...process.env,
    NODE_ENV: "production" as const,
    NEXT_TELEMETRY_DISABLED: "1",
    DATABASE_URL: databaseUrl,
  };
  // Built where nothing that is built is looked at.
  const folder = join(process.env.DATA_DIR ?? join(root, ".data"), "bare");
  cpSync(join(import.meta.dirname, "bare"), folder, { recursive: true });
  const building = spawn(process.execPath, [next, "build"], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(building, "exit");
  if (code !== 0) throw new Error("The bare pages could not be built.");
  const port = await freePort();
  const args = [next, "start", "-H", "127.0.0.1", "-p", `${port}`];
  const server = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(server, "exit");
  const url = `http://127.0.0.1:${port}`;
  while (!(await fetch(url).catch(() => null))?.ok) {
    if (server.exitCode !== null) throw new Error("The bare pages ended.");
    await pause(50);
  }
  const stop = () => {
    server.kill("SIGTERM");
    return ended;
  };
  return { url, pid: server.pid ?? 0, stop };
}
