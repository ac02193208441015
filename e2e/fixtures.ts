import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  type Cookie,
  expect,
  type Page,
} from "@playwright/test";
import { type ParsedMail, simpleParser } from "mailparser";
import { startMailbox } from "../bin/mailbox.ts";
import { freePort } from "../bin/postgres.ts";
import { copyDatabase, runSql } from "../bin/test-server.ts";
import { startWebServer, startWorkerProcess } from "../bin/web.ts";
import { PEOPLE, type PersonKey } from "./access.ts";

/** A whole portal for each Playwright worker: database with the demonstration, mailbox, web server and worker. */
export type Portal = {
  url: string;
  databaseUrl: string;
  ownerUrl: string;
  mailboxDir: string;
  /** Emails that have been read from the mailbox, by file name: they never change. */
  mails: Map<string, ParsedMail>;
  /** Session cookies by address: each address may ask for only a few codes an hour. */
  sessions: Map<string, Cookie[]>;
};

type WorkerFixtures = { portal: Portal };
type TestFixtures = {
  /** The newest matching email to an address; waits up to a minute for it. */
  newestMail: (to: string, fits?: (mail: ParsedMail) => boolean) => Promise<ParsedMail>;
  /** Signs in as a person would, once for each address: asks for a code, reads it in the mailbox, types it. */
  signIn: (page: Page, email: string) => Promise<void>;
  /** A page in a browser of its own, in which that person is signed in. */
  as: (email: string, options?: BrowserContextOptions) => Promise<Page>;
  /** What the browser complained about; a test that expects a complaint empties the list. */
  complaints: string[];
};

export const test = base.extend<TestFixtures, WorkerFixtures>({
  portal: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern.
    async ({}, use, { workerIndex }) => {
      const { portal, stop } = await startPortal(workerIndex);
      try {
        await use(portal);
      } finally {
        await stop();
      }
    },
    { scope: "worker", timeout: 300_000 },
  ],

  baseURL: ({ portal }, use) => use(portal.url),

  // biome-ignore lint/correctness/noEmptyPattern: as above
  complaints: async ({}, use) => {
    const complaints: string[] = [];
    await use(complaints);
    expect(complaints, "errors in the browser's console").toEqual([]);
  },

  context: async ({ context, complaints }, use) => {
    listen(context, complaints);
    await use(context);
  },

  newestMail: ({ portal }, use) => use((to, fits) => findMail(portal, to, fits)),

  signIn: ({ portal }, use) => use((page, email) => signInOnce(portal, page, email)),

  as: async ({ browser, portal, complaints }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (email, options) => {
      const context = await browser.newContext({ ...options, baseURL: portal.url });
      contexts.push(context);
      listen(context, complaints);
      const page = await context.newPage();
      await signInOnce(portal, page, email);
      return page;
    });
    for (const context of contexts) await context.close();
  },
});

export { expect };

/** The first application of an agency in a state. */
export async function referenceOf(portal: Portal, state: string, agency = "NZ Police"): Promise<string> {
  const [found] = await runSql(
    portal.databaseUrl,
    `SELECT reference FROM "Application" a JOIN "Agency" g ON g.id = a."agencyId"
      WHERE a.state = $1::"State" AND g.abbreviation = $2 ORDER BY reference LIMIT 1`,
    [state, agency],
  );
  return found.reference;
}

/** The address of a page in PAGES (access.ts), with the application that its pattern stands for. */
export async function pathOf(portal: Portal, pattern: string): Promise<{ path: string; reference: string }> {
  if (pattern.includes("ROUND")) {
    return { path: pattern.replace("ROUND", await roundInModeration(portal)), reference: "" };
  }
  const wanted = /\/([A-Z_]{4,})(?:@([\w ]+))?/.exec(pattern);
  if (!wanted) return { path: pattern, reference: "" };
  const reference = await referenceOf(portal, wanted[1] ?? "", wanted[2]);
  return { path: pattern.replace(wanted[0], `/${reference}`), reference };
}

/** The first round with an application in moderation, or past it if another test has moved all of them on. */
export async function roundInModeration(portal: Portal): Promise<string> {
  const [found] = await runSql(
    portal.databaseUrl,
    `SELECT "roundId" FROM "Application" WHERE state IN ('MODERATION', 'BUDGET_CHECK', 'DECISION')
      ORDER BY state = 'MODERATION' DESC, reference LIMIT 1`,
  );
  return found.roundId;
}

function listen(context: BrowserContext, complaints: string[]): void {
  context.on("console", (message) => {
    const url = message.page()?.url();
    // Tests ask for pages that do not exist; a missing part of a page is an error.
    const isPageNotFound = message.location().url === url && message.text().includes("404");
    if (message.type() === "error" && !isPageNotFound)
      complaints.push(`${url}: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (problem) => complaints.push(`${problem.page()?.url()}: ${problem.error().message}`));
}

export async function signInOnce(portal: Portal, page: Page, email: string): Promise<void> {
  const known = portal.sessions.get(email);
  if (known) return page.context().addCookies(known);
  await signInAs(portal, page, email);
  portal.sessions.set(email, await page.context().cookies());
}

/** A session token for each of PEOPLE (access.ts), signed in at once, directly in the database. */
export async function startSessions(ownerUrl: string): Promise<Map<PersonKey, string>> {
  const sessions = new Map((Object.keys(PEOPLE) as PersonKey[]).map((key) => [key, `session of ${key}`]));
  for (const [key, token] of sessions) {
    await runSql(
      ownerUrl,
      `INSERT INTO "Session" ("tokenHash", "personId", "createdAt", "lastSeenAt", expires)
        SELECT $1, id, now(), now(), now() + interval '1 hour' FROM "Person" WHERE email = $2`,
      [createHash("sha256").update(token).digest("hex"), PEOPLE[key]],
    );
  }
  return sessions;
}

/**
 * A portal of one's own; `name` is its mailbox's name, and `routeTo` maps the database address to the one that its web
 * server uses.
 */
export async function startPortal(
  name: number | string,
  routeTo: (databaseUrl: string) => Promise<string> = async (url) => url,
): Promise<{ portal: Portal; stop: () => Promise<void> }> {
  const mailboxDir = join(process.env.DATA_DIR ?? ".data", `mailbox-${name}`);
  await mkdir(mailboxDir, { recursive: true });
  const { databaseUrl, ownerUrl, drop } = await copyDatabase("template_demo");
  const mailbox = await startMailbox(mailboxDir);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const environment = {
    DATABASE_URL: databaseUrl,
    SMTP_URL: mailbox.url,
    MAILBOX_DIR: mailboxDir,
    PORT: `${port}`,
    BASE_URL: url,
    NEXTAUTH_URL: url,
    BOOT_ID: randomBytes(8).toString("hex"),
    DEMO: "1",
  };
  const worker = startWorkerProcess(environment);
  const web = await startWebServer({ ...environment, DATABASE_URL: await routeTo(databaseUrl) }, { isQuiet: true });
  const stop = async () => {
    await web.stop();
    await worker.stop();
    await mailbox.stop();
    await drop();
  };
  return { portal: { url, databaseUrl, ownerUrl, mailboxDir, mails: new Map(), sessions: new Map() }, stop };
}

async function findMail(
  { mailboxDir, mails }: Portal,
  to: string,
  fits: (mail: ParsedMail) => boolean = () => true,
): Promise<ParsedMail> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const names = (await readdir(mailboxDir)).filter((name) => name.endsWith(".eml")).sort();
    for (const name of names.reverse()) {
      const mail = mails.get(name) ?? (await simpleParser(await readFile(join(mailboxDir, name))));
      mails.set(name, mail);
      if (addressesOf(mail).includes(to) && fits(mail)) return mail;
    }
    await pause(100);
  }
  throw new Error(`No such mail to ${to} came within a minute.`);
}

function addressesOf(mail: ParsedMail): string[] {
  return [mail.to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ""));
}

async function signInAs(portal: Portal, page: Page, email: string): Promise<void> {
  const askedAt = Date.now();
  await page.goto(`${portal.url}/sign-in`);
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Send me a code" }).click();
  const code = page.getByLabel("Code", { exact: true });
  await expect(code).toBeVisible();
  const isNewCode = (mail: ParsedMail) => readCode(mail) !== null && (mail.date?.getTime() ?? 0) >= askedAt - 1_000;
  await code.fill(readCode(await findMail(portal, email, isNewCode)) ?? "");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
}

function readCode(mail: ParsedMail): string | null {
  return /\b[A-Z2-9]{4}-[A-Z2-9]{4}\b/.exec(mail.text ?? "")?.[0] ?? null;
}
