import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { findRunningPostgres, startPostgres } from "./postgres.ts";

test("starts, keeps its data and its logins, and takes an old note of another program's number for what it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "psf-pg-"));
  const first = await startPostgres(folder, { isDurable: false });
  expect(findRunningPostgres(folder)?.appUrl).toBe(first.appUrl);
  await first.stop();
  expect(await first.ended).toBe("exit code 0");
  expect(findRunningPostgres(folder)).toBeNull();

  // As after a power cut: the number belongs to this very process now.
  writeFileSync(join(folder, "pg", "postmaster.pid"), `${process.pid}\n${join(folder, "pg")}\n1\n${first.port}\n`);
  expect(findRunningPostgres(folder)).toBeNull();
  const second = await startPostgres(folder, { isDurable: false });
  const client = new pg.Client({ connectionString: second.appUrl });
  await client.connect();
  expect((await client.query("SELECT current_user AS name")).rows).toEqual([{ name: "psf_app" }]);
  await client.end();
  await second.stop();
});
