import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { findRunningPostgres, startPostgres } from "./postgres.ts";
import { runSql } from "./test-server.ts";

test("starts, keeps its data and its logins, and takes an old note of another program's number for what it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "psf-pg-"));
  const first = await startPostgres(folder, { isDurable: false });
  expect(findRunningPostgres(folder)?.appUrl).toBe(first.appUrl);
  await first.stop();
  expect(await first.ended).toBe("exit code 0");
  expect(findRunningPostgres(folder)).toBeNull();

  // As after a power cut: the process number now belongs to this very process.
  writeFileSync(join(folder, "pg", "postmaster.pid"), `${process.pid}\n${join(folder, "pg")}\n1\n${first.port}\n`);
  expect(findRunningPostgres(folder)).toBeNull();
  const second = await startPostgres(folder, { isDurable: false });
  expect(await runSql(second.appUrl, "SELECT current_user AS name")).toEqual([{ name: "psf_app" }]);
  await second.stop();
});

test("a plain kill ends it, whatever sessions it has: whoever holds one would wait for ever", async () => {
  const postgres = await startPostgres(mkdtempSync(join(tmpdir(), "psf-pg-")), { isDurable: false });
  const session = new pg.Client({ connectionString: postgres.appUrl });
  session.on("error", () => {});
  await session.connect();
  const { rows } = await session.query("SELECT pg_backend_pid() AS pid");
  const postmaster = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${rows[0].pid}/stat`, "utf8"))?.[1]);
  process.kill(postmaster, "SIGTERM");
  expect(await Promise.race([postgres.ended, pause(20_000, "it waits")])).toBe("exit code 0");
});
