// What a reader without JavaScript gets where a page throws or does not exist: words, the right status, and a number
// that is in one line of the log.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startMailbox } from "./mailbox.ts";
import { startPortal } from "./portal-process.ts";
import { freePort } from "./postgres.ts";
import { copyDatabase, runSql } from "./test-server.ts";

async function newPortal() {
  const { databaseUrl, ownerUrl, drop } = await copyDatabase("template_reference");
  const folder = mkdtempSync(join(tmpdir(), "psf-error-"));
  const mailbox = await startMailbox(join(folder, "server"));
  const PORT = `${await freePort()}`;
  const portal = startPortal({
    DATABASE_URL: databaseUrl,
    DATABASE_OWNER_URL: ownerUrl,
    SMTP_URL: mailbox.url,
    AUTH_SECRET: "a secret of the tests, long enough",
    DATA_DIR: folder,
    PORT,
  });
  onTestFinished(async () => {
    portal.child.kill("SIGTERM");
    await portal.ended;
    await mailbox.stop();
    await drop();
  });
  await portal.ready();
  const get = (path: string, headers = {}) => fetch(`http://127.0.0.1:${PORT}${path}`, { headers });
  return { ...portal, ownerUrl, get };
}

/** What somebody can read if no script runs. */
const wordsOf = (html: string) => /<noscript>([\s\S]*)<\/noscript>/.exec(html)?.[1] ?? "";

test("a page that throws says so with the number of its one line in the log; one that is not there says that", async () => {
  const portal = await newPortal();
  await runSql(portal.ownerUrl, `ALTER TABLE "Round" RENAME TO "Gone"`);
  for (const encoding of ["gzip", "identity"]) {
    const before = portal.errors().length;
    const answer = await portal.get("/", { "accept-encoding": encoding });
    expect(answer.status).toBe(500);
    expect(answer.headers.get("content-encoding")).toBe(encoding === "gzip" ? "gzip" : null);
    const html = await answer.text();
    expect(html).toContain("<title>Sorry, something went wrong – Pacific Security Fund</title>");
    expect(html).toMatch(/<noscript><link rel="stylesheet" href="\/_next\/static\/[^"]+\.css">/);
    const id = /Give this number: <strong>(\w+)<\/strong>/.exec(wordsOf(html))?.[1] ?? "none";
    await expect.poll(() => portal.errors().slice(before), { timeout: 60_000 }).toContain(id);
    const lines = portal.errors().slice(before).trim().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "error", id, method: "GET", path: "/" });
  }
  await runSql(portal.ownerUrl, `ALTER TABLE "Gone" RENAME TO "Round"`);
  const mended = await portal.get("/");
  expect(mended.status).toBe(200);
  expect(wordsOf(await mended.text())).toBe("");

  const missing = await portal.get("/mailbox");
  expect(missing.status).toBe(404);
  expect(wordsOf(await missing.text())).toContain("<h1>Page not found</h1>");
});
