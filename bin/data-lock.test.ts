import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lockFolder } from "./data-lock.ts";

const newFolder = () => mkdtempSync(join(tmpdir(), "psf-data-lock-"));
const script = (folder: string, then: string) => `
  const { lockFolder } = await import(${JSON.stringify(join(import.meta.dirname, "data-lock.ts"))});
  const release = lockFolder(${JSON.stringify(folder)});
  console.log(release ? "held" : "refused"); ${then}`;
const node = (code: string) => [process.execPath, "--input-type=module", "-e", code];

/** A process that holds the folder until it is killed. */
async function startHolder(folder: string, wrapper: string[] = []) {
  const [file = "", ...args] = [...wrapper, ...node(script(folder, "setInterval(() => {}, 1000);"))];
  const holder = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void holder.kill("SIGKILL"));
  const [said] = await once(holder.stdout, "data");
  expect(String(said)).toBe("held\n");
  return holder;
}

test("one process has a folder; it is free again when given back, and when its process is killed", async () => {
  const folder = newFolder();
  const release = lockFolder(folder);
  expect(lockFolder(folder)).toBeNull();
  release?.();
  const holder = await startHolder(folder);
  expect(lockFolder(folder)).toBeNull();
  holder.kill("SIGSTOP"); // a process that is suspended still holds it
  expect(lockFolder(folder)).toBeNull();
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const next = lockFolder(folder);
  expect(next).not.toBeNull();
  next?.();
});

/** A process as in another container: with its own network, process numbers and memory. */
const APART = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--ipc", "--fork", "--kill-child"];
const canUnshare = spawnSync(APART[0] ?? "", [...APART.slice(1), "true"]).status === 0;

test.runIf(canUnshare)("it holds between containers that share the folder", async () => {
  const folder = newFolder();
  await startHolder(folder, APART);
  const [file = "", ...args] = [...APART, ...node(script(folder, ""))];
  expect(spawnSync(file, args, { encoding: "utf8" }).stdout).toBe("refused\n");
  expect(lockFolder(folder)).toBeNull();
});
