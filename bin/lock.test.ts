import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { takeLock, waitForLock } from "./lock.mjs";

const newFile = () => join(mkdtempSync(join(tmpdir(), "psf-lock-")), "lock");

test("one holder at a time, and the next one after it", async () => {
  const file = newFile();
  const release = await takeLock(file);
  expect(release).not.toBeNull();
  expect(await takeLock(file)).toBeNull();
  const waited: string[] = [];
  const next = waitForLock(file, () => waited.push("waiting"));
  await expect.poll(() => waited, { timeout: 60_000 }).toEqual(["waiting"]);
  release?.();
  (await next)();
});

test("a killed holder, or another program on its port, does not keep it", async () => {
  const file = newFile();
  const script = `const { takeLock } = await import(${JSON.stringify(join(import.meta.dirname, "lock.mjs"))});
    await takeLock(${JSON.stringify(file)}); console.log("held"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  expect(await takeLock(file)).toBeNull();
  holder.kill("SIGKILL");
  await once(holder, "exit");
  (await takeLock(file))?.();

  const other = await takeLock(newFile());
  writeFileSync(file, "1 made-up");
  const release = await takeLock(file);
  expect(release).not.toBeNull();
  expect(readFileSync(file, "utf8")).not.toContain("made-up");
  release?.();
  other?.();
});
