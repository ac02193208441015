import { readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import AxeBuilder from "@axe-core/playwright";
import pg from "pg";
import { ACCESS, PEOPLE, type PersonKey, TRIED_ELSEWHERE } from "../access.ts";
import { expect, type Portal, test } from "../fixtures.ts";

/** An application of New Zealand Police that is under way, and one that may be written. */
async function referenceOf(portal: Portal, state: string, agency = "NZ Police"): Promise<string> {
  const client = new pg.Client({ connectionString: portal.databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    `SELECT reference FROM "Application" a JOIN "Agency" g ON g.id = a."agencyId"
      WHERE a.state = $1::"State" AND g.abbreviation = $2 ORDER BY reference LIMIT 1`,
    [state, agency],
  );
  await client.end();
  return rows[0].reference;
}

const keys = Object.keys(PEOPLE) as PersonKey[];

test("every page and route stands in the access table", () => {
  const routes = readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((path) => /(^|\/)(page\.tsx|route\.ts)$/.test(path))
    .map((path) => `/${path}`.replace(/\/\([a-z]+\)/, "").replace(/\/(page\.tsx|route\.ts)$/, "") || "/");
  expect(routes.sort()).toEqual([...Object.keys(ACCESS), ...TRIED_ELSEWHERE].sort());
});

test("who is not signed in reaches what is public, and is led to sign in from everything else", async ({
  request,
  portal,
}) => {
  const own = await referenceOf(portal, "DRAFT");
  for (const { path, may } of Object.values(ACCESS)) {
    const response = await request.get(path.replace("OWN", own), { maxRedirects: 0 });
    const led = `/sign-in?next=${encodeURIComponent(path.replace("OWN", own))}`;
    if (may === "everybody") expect([path, response.status()]).toEqual([path, 200]);
    else expect([path, response.headers().location]).toEqual([path, led]);
  }
});

for (const key of keys) {
  test(`${key} reaches what the access table says and nothing else`, async ({ as, portal }) => {
    test.setTimeout(300_000);
    const page = await as(PEOPLE[key]);
    const own = await referenceOf(portal, "DRAFT");
    for (const { path, may } of Object.values(ACCESS)) {
      const isAllowed = may === "everybody" || may === "anyone" || may.includes(key);
      const response = await page.request.get(path.replace("OWN", own));
      expect([path, response.status()]).toEqual([path, isAllowed ? 200 : 404]);
    }
  });
}

test("another agency's application does not exist, in any page, file or action", async ({ as, portal }) => {
  const page = await as("contributor@customs.example");
  const other = await referenceOf(portal, "ACTIVE");
  const parts = [
    "",
    "/sections",
    "/sections/need",
    "/sections/files",
    "/changes",
    "/comments",
    "/withdraw",
    "/letter",
    "/moderation",
    "/print",
    "/pdf",
  ];
  for (const rest of parts) {
    const response = await page.request.get(`/applications/${other}${rest}`);
    expect([rest, response.status()]).toEqual([rest, 404]);
  }
  expect((await page.request.get("/applications/PSF-2026-9999")).status()).toBe(404);
  for (const email of [PEOPLE.contributor, PEOPLE.auditor]) {
    const reader = await as(email);
    expect((await reader.request.get(`/applications/${other}/print`)).status()).toBe(200);
    for (const [rest, name] of [
      ["letter", "offer"],
      ["pdf", "application"],
    ]) {
      const headers = (await reader.request.get(`/applications/${other}/${rest}`)).headers();
      expect(headers).toMatchObject({
        "content-type": "application/pdf",
        "content-disposition": `attachment; filename="${other}-${name}.pdf"`,
        "cache-control": "private, no-store",
      });
    }
  }
});

test("a page that is not for somebody's role is on record", async ({ as }) => {
  const assessor = await as(PEOPLE.assessor);
  expect((await assessor.request.get("/settings/people")).status()).toBe(404);
  const auditor = await as(PEOPLE.auditor);
  await auditor.goto("/settings/audit?event=permission.refused");
  await expect(auditor.getByRole("row").filter({ hasText: "/settings/people" }).first()).toContainText("Hēmi Walker");
});

test("the icon that browsers ask for by itself is there", async ({ request }) => {
  const response = await request.get("/favicon.ico");
  expect([response.status(), response.headers()["content-type"]]).toEqual([200, "image/svg+xml"]);
});

const PAGES: [PersonKey | null, string][] = [
  [null, "/"],
  [null, "/sign-in"],
  [null, "/mailbox"],
  [null, "/privacy"],
  [null, "/accessibility"],
  [null, "/copyright"],
  [null, "/security"],
  [null, "/contact"],
  [null, "/nowhere"],
  ["contributor", "/home"],
  ["contributor", "/account"],
  ["contributor", "/applications"],
  ["contributor", "/applications/new"],
  ["contributor", "/applications/new/ineligible?because=isPacific"],
  ["contributor", "/applications/DRAFT"],
  ["contributor", "/applications/DRAFT/comments"],
  ["contributor", "/applications/DRAFT/sections"],
  ["contributor", "/applications/DRAFT/sections/initiative"],
  ["contributor", "/applications/DRAFT/sections/need"],
  ["contributor", "/applications/DRAFT/sections/partners"],
  ["contributor", "/applications/DRAFT/sections/activities"],
  ["contributor", "/applications/DRAFT/sections/budget"],
  ["contributor", "/applications/DRAFT/sections/risks"],
  ["contributor", "/applications/DRAFT/sections/files"],
  ["contributor", "/applications/DRAFT/print"],
  ["contributor", "/applications/DRAFT/sendForSignOff"],
  ["certifier", "/applications/SIGN_OFF/signOffAndSubmit"],
  ["certifier", "/applications/SIGN_OFF/sections/budget"],
  ["certifier", "/applications/OFFERED/acceptOffer"],
  ["desk", "/work"],
  ["desk", "/applications/CHANGES_REQUESTED@Customs/changes"],
  ["desk", "/applications"],
  ["desk", "/applications/ACTIVE"],
  ["desk", "/applications/ACTIVE/print"],
  ["desk", "/applications/MODERATION@NCSC/moderation"],
  ["desk", "/applications/MODERATION@NCSC/recommend"],
  ["desk", "/rounds"],
  ["desk", "/rounds/new"],
  ["desk", "/settings/people"],
  ["desk", "/settings/people/new"],
  ["desk", "/settings/agencies"],
  ["desk", "/settings/mail"],
  ["budget", "/budget"],
  ["budget", "/budget/adjust"],
  ["budget", "/applications/BUDGET_CHECK@Avsec/confirmBudget"],
  ["approver", "/applications/DECISION@Customs/approve"],
  ["auditor", "/settings/audit"],
];

for (const width of [1280, 320]) {
  test(`no page has anything for axe to say, scrolls sideways, or is heavy (${width} px)`, async ({
    as,
    browser,
    portal,
    complaints,
  }) => {
    test.setTimeout(900_000);
    const viewport = { width, height: 900 };
    for (const [key, pattern] of PAGES) {
      const page = key
        ? await as(PEOPLE[key], { viewport })
        : await (await browser.newContext({ viewport, baseURL: portal.url })).newPage();
      const wanted = /\/([A-Z_]{4,})(?:@([\w ]+))?/.exec(pattern);
      const reference = wanted ? await referenceOf(portal, wanted[1] ?? "", wanted[2]) : "";
      const path = wanted ? pattern.replace(wanted[0], `/${reference}`) : pattern;
      await page.goto(path, { waitUntil: "networkidle" });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${path} ${id}: ${nodes.map(({ target }) => target).join(" ")}`);
      expect(found).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect([path, Math.max(0, overflow)]).toEqual([path, 0]);
      if (width > 1000) await weigh(portal, page.url(), await page.content());
      await page.context().close();
    }
    expect(complaints).toEqual([]);
  });
}

const sizes = new Map<string, number>();

/** Gzip-compressed scripts and styles of a page: 140 kB (155 with react-hook-form) and 20 kB at the most. */
async function weigh(portal: Portal, url: string, html: string): Promise<void> {
  const sumOf = async (paths: Iterable<string>) => {
    let sum = 0;
    for (const path of new Set(paths)) {
      const size =
        sizes.get(path) ??
        gzipSync(Buffer.from(await (await fetch(new URL(path, portal.url))).arrayBuffer()), { level: 9 }).length;
      sizes.set(path, size);
      sum += size;
    }
    return sum;
  };
  const scripts = [...html.matchAll(/<script\b([^>]*)\bsrc="([^"]+)"([^>]*)>/g)]
    .filter((tag) => !/nomodule/i.test(tag[0]))
    .map((tag) => tag[2] ?? "");
  const styles = [...html.matchAll(/<link\b[^>]*href="([^"]+\.css[^"]*)"/g)].map((tag) => tag[1] ?? "");
  const limit = /\/sections\/(partners|activities|results|budget|risks)$/.test(url) ? 155_000 : 140_000;
  const scriptBytes = await sumOf(scripts);
  expect(scriptBytes, `JavaScript of ${url}`).toBeGreaterThan(50_000);
  expect(scriptBytes, `JavaScript of ${url}`).toBeLessThanOrEqual(limit);
  expect(await sumOf(styles), `CSS of ${url}`).toBeLessThanOrEqual(20_000);
}
