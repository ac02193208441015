// A lock that a killed process cannot leave behind: a file names a port on loopback, where the holder answers with the
// word in the file. It only uses Node's own modules, because setup needs it before anything is installed.
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Takes the lock: returns the function that releases it, or null when another process holds it. */
export async function takeLock(file) {
  const word = randomUUID();
  const server = createServer((socket) => socket.on("error", () => {}).end(word));
  await new Promise((done, fail) => server.once("error", fail).listen(0, "127.0.0.1", done));
  server.unref();
  const mine = `${server.address().port} ${word}`;
  if ((await write(file, mine)) && (await isStill(file, mine))) {
    return () => {
      if (read(file) === mine) rmSync(file, { force: true });
      server.close();
    };
  }
  server.close();
  return null;
}

/** Takes the lock as soon as it is free, and reports once that it is waiting. */
export async function waitForLock(file, tellWaiting) {
  for (let attempt = 0; ; attempt++) {
    const release = await takeLock(file);
    if (release) return release;
    if (attempt === 0) tellWaiting();
    await pause(500);
  }
}

async function write(file, mine) {
  mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, mine, { flag: "wx", mode: 0o600 });
      return true;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (await isHeld(read(file))) return false;
    rmSync(file, { force: true });
  }
  return false;
}

/**
 * Two processes that find the same dead lock may both remove it: the last writer has it, and the other notices here.
 */
async function isStill(file, mine) {
  await pause(50);
  return read(file) === mine;
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function isHeld(content) {
  const [port, word] = content.split(" ");
  if (!word) return Promise.resolve(false);
  return new Promise((done) => {
    let answer = "";
    const socket = connect(Number(port), "127.0.0.1")
      .setEncoding("utf8")
      .setTimeout(2_000, () => socket.destroy())
      .on("data", (text) => {
        answer += text;
      })
      .on("error", () => {})
      .on("close", () => done(answer === word));
  });
}
