import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import type { Page } from "@playwright/test";
import { UPLOADS_MAX } from "#lib/documents/rules.ts";
import { expect, referenceOf, test } from "../fixtures.ts";

const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
/** Starts like a PDF, and is unlike any other file. */
const pdfOf = (bytes: number): Buffer => Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(bytes - 9)]);

/** Stores a large file where the browser reads it directly: passing it to the browser takes seconds. */
async function onDisk(name: string, data: Buffer): Promise<string> {
  const path = test.info().outputPath(name);
  await writeFile(path, data);
  return path;
}

const openFiles = (page: Page, reference: string) => page.goto(`/applications/${reference}/sections/files`);

async function download(page: Page, name: RegExp): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
  return readFile(await file.path());
}

/** A request as a program sends it, cut off after `cutAfterBytes` of its body if given. */
function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: Buffer,
  cutAfterBytes?: number,
): Promise<{ status: number; headers: Record<string, string | string[] | undefined> } | "cut"> {
  return new Promise((done, fail) => {
    const request = httpRequest(url, { method, headers });
    request.on("response", (response) => {
      response.resume();
      done({ status: response.statusCode ?? 0, headers: response.headers });
    });
    request.on("error", (error) => (cutAfterBytes ? done("cut") : fail(error)));
    if (!body || cutAfterBytes === undefined) return void request.end(body);
    request.write(body.subarray(0, cutAfterBytes), () => setTimeout(() => request.destroy(), 300));
  });
}

const TUS = { "tus-resumable": "1.0.0" };
const BYTES = { "content-type": "application/offset+octet-stream" };

async function cookieOf(page: Page): Promise<{ cookie: string }> {
  const cookies = await page.context().cookies();
  return { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
}

test("a file is uploaded in pieces, survives a lost connection, and downloads unchanged", async ({
  as,
  portal,
  complaints,
}) => {
  const page = await as("contributor@police.example");
  const reference = await referenceOf(portal, "DRAFT");
  await openFiles(page, reference);
  const file = pdfOf(6_000_000);
  await page.getByLabel("Description", { exact: true }).fill("The plan in full");
  await page.getByLabel("File", { exact: true }).setInputFiles(await onDisk("Te mahere o Tāmaki.pdf", file));
  let pieces = 0;
  await page.route("**/api/uploads/*", async (route) => {
    if (route.request().method() === "PATCH" && ++pieces === 3) await page.context().setOffline(true);
    await route.continue();
  });
  await page.getByRole("button", { name: "Add file" }).click();
  await expect(page.getByText("The connection was lost")).toBeVisible();
  await expect(page.getByRole("progressbar", { name: "Upload of Te mahere o Tāmaki.pdf" })).toHaveAttribute(
    "value",
    /[1-9]/,
  );
  await page.context().setOffline(false);
  expect(complaints.splice(0)).toEqual([expect.stringContaining("net::ERR_INTERNET_DISCONNECTED")]);
  await expect(page.getByText("You have added the file.")).toBeVisible();
  expect(pieces).toBeLessThanOrEqual(8);
  expect(sha256(await download(page, /Download Te mahere o Tāmaki\.pdf \(PDF, 6\.0 MB\)/))).toBe(sha256(file));
  await page.getByRole("button", { name: "Remove Te mahere o Tāmaki.pdf" }).click();
  await expect(page.getByText("You have removed the file.")).toBeVisible();
  await expect(page.getByText("No files.")).toBeVisible();
});

test("an interrupted upload continues where it stopped when the same file is chosen again", async ({ as, portal }) => {
  const page = await as("contributor@police.example");
  const reference = await referenceOf(portal, "DRAFT");
  const map = pdfOf(5_000_000);
  const chosen = await onDisk("map.pdf", map);
  const begin = async () => {
    await openFiles(page, reference);
    await page.getByLabel("Description", { exact: true }).fill("A map");
    await page.getByLabel("File", { exact: true }).setInputFiles(chosen);
    await page.getByRole("button", { name: "Add file" }).click();
  };
  let isHeld = true;
  const offsets: string[] = [];
  await page.route("**/api/uploads/*", async (route) => {
    const offset = route.request().headers()["upload-offset"];
    if (offset !== undefined) offsets.push(offset);
    if (isHeld && Number(offset) > 2_000_000) return;
    await route.continue();
  });
  await begin();
  await expect.poll(() => offsets.at(-1)).toBe("2097152");
  isHeld = false;
  offsets.length = 0;
  await begin();
  await expect(page.getByText("You have added the file.")).toBeVisible();
  expect(offsets[0]).toBe("2097152");
  expect(await download(page, /Download map\.pdf/)).toEqual(map);
});

test("without JavaScript a file is posted as a form, and errors are shown at its field", async ({ as, portal }) => {
  const page = await as("contributor@police.example", { javaScriptEnabled: false });
  const reference = await referenceOf(portal, "DRAFT");
  await openFiles(page, reference);
  await page.getByRole("button", { name: "Add file" }).click();
  await expect(page.getByRole("link", { name: "Enter a description of the file" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Choose a file" })).toBeVisible();
  await expect(page).toHaveTitle(/^Error: Files/);
  await expect(page.locator(".govuk-error-summary")).toBeFocused();
  await page.getByLabel("Description", { exact: true }).fill("Costs");
  const field = page.getByLabel("File", { exact: true });
  await field.setInputFiles({ name: "costs.pdf", mimeType: "application/pdf", buffer: Buffer.from("no PDF") });
  await page.getByRole("button", { name: "Add file" }).click();
  await expect(page.getByRole("link", { name: /The file is not what its name says/ })).toBeVisible();
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue("Costs");
  await field.setInputFiles({ name: "costs\nfor 2027.txt", mimeType: "text/plain", buffer: Buffer.from("Costs") });
  await page.getByRole("button", { name: "Add file" }).click();
  await expect(page.getByRole("link", { name: /cannot have a slash or a line break/ })).toBeVisible();
  const big = pdfOf(32 * 1024 * 1024);
  await field.setInputFiles(await onDisk("big.pdf", big));
  await page.getByRole("button", { name: "Add file" }).click();
  await expect(page.getByRole("link", { name: "The file must be 25 MB or smaller" })).toBeVisible();
  const whole = big.subarray(0, 25 * 1024 * 1024);
  await page.getByLabel("Description", { exact: true }).fill("Costs");
  await field.setInputFiles(await onDisk("costs.pdf", whole));
  await page.getByRole("button", { name: "Add file" }).click();
  await expect(page.getByText("You have added the file.")).toBeVisible();
  await page.goto(`/applications/${reference}`);
  expect(sha256(await download(page, /Download costs\.pdf \(PDF, 26\.2 MB\)/))).toBe(sha256(whole));
});

test("if the connection is cut in the middle of a piece, nothing that arrived is lost", async ({ as, portal }) => {
  const page = await as("contributor@police.example");
  const own = { ...TUS, ...(await cookieOf(page)), origin: portal.url };
  const file = pdfOf(8_000_000);
  const begun = await send(`${portal.url}/api/uploads`, "POST", { ...own, "upload-length": `${file.length}` });
  if (begun === "cut") throw new Error("not begun");
  expect([begun.status, begun.headers.location]).toEqual([
    201,
    expect.stringMatching(/^\/api\/uploads\/[0-9a-f]{48}$/),
  ]);
  const url = `${portal.url}${begun.headers.location}`;
  const patch = (offset: number, cutAfterBytes?: number, end = file.length) =>
    send(
      url,
      "PATCH",
      { ...own, ...BYTES, "upload-offset": `${offset}`, "content-length": `${end - offset}` },
      file.subarray(offset, end),
      cutAfterBytes,
    );
  expect(await patch(0, 3_000_000)).toBe("cut");
  const offsetOf = async () => {
    const answer = await send(url, "HEAD", own);
    return answer === "cut" ? -1 : Number(answer.headers["upload-offset"]);
  };
  // How much of it arrives depends on the machine; whatever arrived is kept.
  let arrived = 0;
  await expect
    .poll(async () => {
      arrived = await offsetOf();
      return arrived;
    })
    .toBeGreaterThan(0);
  expect(arrived).toBeLessThanOrEqual(3_000_000);
  // The connection is closed on a piece whose head is refused: a short one has been sent by then.
  expect(await patch(0, undefined, 1_000)).toMatchObject({ status: 409 });
  expect(await patch(arrived)).toMatchObject({ status: 204, headers: { "upload-offset": "8000000" } });

  // It belongs to one person, and nobody can download it.
  const other = { ...TUS, ...(await cookieOf(await as("contributor@customs.example"))), origin: portal.url };
  expect(await send(url, "HEAD", other)).toMatchObject({ status: 404 });
  expect(await send(url, "HEAD", TUS)).toMatchObject({ status: 404 });
  expect(await send(url, "GET", own)).toMatchObject({ status: 405 });
  expect(await send(url, "GET", { ...own, "x-http-method-override": "GET" })).toMatchObject({ status: 405 });
  expect(await send(url, "DELETE", own)).toMatchObject({ status: 405 });
});

test("files are accepted only from the portal's own pages, and only from contributors", async ({ as, portal }) => {
  const contributor = await cookieOf(await as("contributor@police.example"));
  const begin = (headers: Record<string, string>) =>
    send(`${portal.url}/api/uploads`, "POST", { ...TUS, "upload-length": "10", ...headers });
  expect(await begin({ ...contributor, origin: "https://elsewhere.example" })).toMatchObject({ status: 403 });
  expect(await begin({ ...contributor, "sec-fetch-site": "cross-site", origin: portal.url })).toMatchObject({
    status: 403,
  });
  expect(await begin(contributor)).toMatchObject({ status: 403 });
  const from = { origin: portal.url };
  expect(await begin({ ...contributor, ...from, "upload-length": `${25 * 1024 * 1024 + 1}` })).toMatchObject({
    status: 413,
  });
  expect(await begin({ ...contributor, ...from })).toMatchObject({ status: 201 });
  for (const email of ["certifier@police.example", "desk@mfat.example"]) {
    expect(await begin({ ...(await cookieOf(await as(email))), ...from })).toMatchObject({ status: 404 });
  }
  const reference = await referenceOf(portal, "DRAFT");
  const form = { "content-type": "multipart/form-data; boundary=x" };
  const post = (headers: Record<string, string>) =>
    send(`${portal.url}/api/documents/${reference}/files`, "POST", { ...form, ...headers }, Buffer.from("--x--\r\n"));
  expect(await post({ ...contributor, origin: "https://elsewhere.example" })).toMatchObject({ status: 403 });
  const customs = await cookieOf(await as("contributor@customs.example"));
  const parts = ["description", 'file"; filename="a.pdf'].map(
    (name) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n%PDF-1.7 text\r\n`,
  );
  const whole = Buffer.from(`${parts.join("")}--x--\r\n`);
  const theirs = await send(
    `${portal.url}/api/documents/${reference}/files`,
    "POST",
    { ...form, ...customs, ...from },
    whole,
  );
  expect(theirs).toMatchObject({ status: 404 });
});

test("nobody can fill the disk with files that no form uses", async ({ as, portal }) => {
  const headers = { ...TUS, ...(await cookieOf(await as("contributor@customs.example"))), origin: portal.url };
  const begin = () => send(`${portal.url}/api/uploads`, "POST", { ...headers, "upload-length": "10" });
  const answers = await Promise.all(Array.from({ length: UPLOADS_MAX }, begin));
  expect(answers.filter((answer) => answer !== "cut" && answer.status === 201).length).toBeGreaterThan(0);
  expect(await begin()).toMatchObject({ status: 429 });
});

test("only its agency can read a file, and MFAT only once it is signed off", async ({ as, portal }) => {
  const page = await as("contributor@police.example", { javaScriptEnabled: false });
  const reference = await referenceOf(portal, "DRAFT");
  await openFiles(page, reference);
  await page.getByLabel("Description", { exact: true }).fill("A note");
  const note = { name: "<b>.txt", mimeType: "text/plain", buffer: Buffer.from("Kia ora") };
  await page.getByLabel("File", { exact: true }).setInputFiles(note);
  await page.getByRole("button", { name: "Add file" }).click();
  const path = (await page.getByRole("link", { name: "Download b.txt" }).getAttribute("href")) ?? "";
  const response = await page.request.get(path);
  expect([response.status(), await response.text()]).toEqual([200, "Kia ora"]);
  expect(response.headers()).toMatchObject({
    "content-type": "text/plain",
    "content-disposition": `attachment; filename="b.txt"; filename*=UTF-8''b.txt`,
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store, no-transform",
  });
  for (const email of ["contributor@customs.example", "desk@mfat.example", "assessor1@mfat.example"]) {
    expect([email, (await (await as(email)).request.get(path)).status()]).toEqual([email, 404]);
  }
});

test("letters of support are added from the partners section, and shown with its answers", async ({ as, portal }) => {
  const page = await as("contributor@police.example");
  const reference = await referenceOf(portal, "DRAFT");
  await page.goto(`/applications/${reference}/sections/partners`);
  await page.getByLabel("How partners will lead or own the work").fill("They decide, we help");
  await page.getByRole("button", { name: "Save and add letters of support" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Letters of support" })).toBeVisible();
  await page.getByLabel("Description", { exact: true }).fill("Letter of the commissioner");
  const letter = { name: "letter.txt", mimeType: "text/plain", buffer: Buffer.from("Mālō e lelei") };
  await page.getByLabel("File", { exact: true }).setInputFiles(letter);
  await page.getByRole("button", { name: "Add file" }).click();
  await expect(page.getByText("You have added the file.")).toBeVisible();
  await page.getByRole("link", { name: "Back to Pacific partners" }).last().click();
  await expect(page.getByLabel("How partners will lead or own the work")).toHaveValue("They decide, we help");
  await page.goto(`/applications/${reference}`);
  const partners = page.locator("#section-partners");
  await expect(partners).toContainText("Letter of the commissioner: Download letter.txt");
});
