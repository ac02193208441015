import { PEOPLE, type PersonKey, TRIED } from "../access.ts";
import { expect, referenceOf, test } from "../fixtures.ts";

const keys = Object.keys(PEOPLE) as PersonKey[];

test("without signing in, people reach public pages, and are sent to sign in from all others", async ({
  request,
  portal,
}) => {
  const own = await referenceOf(portal, "DRAFT");
  for (const { path, may } of TRIED) {
    const response = await request.get(path.replace("OWN", own), { maxRedirects: 0 });
    const led = `/sign-in?next=${encodeURIComponent(path.replace("OWN", own))}`;
    if (may === "everybody") expect([path, response.status()]).toEqual([path, 200]);
    else expect([path, response.headers().location]).toEqual([path, led]);
  }
});

for (const key of keys) {
  test(`${key} reaches exactly what the access table says`, async ({ as, portal }) => {
    const page = await as(PEOPLE[key]);
    const own = await referenceOf(portal, "DRAFT");
    for (const { path, may } of TRIED) {
      const isAllowed = may === "everybody" || may === "anyone" || may.includes(key);
      const response = await page.request.get(path.replace("OWN", own));
      expect([path, response.status()]).toEqual([path, isAllowed ? 200 : 404]);
    }
  });
}

for (const javaScriptEnabled of [true, false]) {
  test(`signing in leads to a page of the portal, whatever the address asks for, JavaScript ${javaScriptEnabled ? "on" : "off"}`, async ({
    browser,
    portal,
    newestMail,
  }) => {
    const page = await (await browser.newContext({ javaScriptEnabled, baseURL: portal.url })).newPage();
    const email = "approver1@mfat.example";
    for (const [asked, led] of [
      ["/.//elsewhere.example/a", "/home"],
      ["/x/..//elsewhere.example/a", "/home"],
      ["/applications?words=radio", "/applications?words=radio"],
    ] as const) {
      await page.context().clearCookies({ name: /session-token/ });
      await page.goto(`/sign-in?next=${encodeURIComponent(asked)}`);
      const before = new Date();
      await page.getByLabel("Email address").fill(email);
      await page.getByRole("button", { name: "Send me a code" }).click();
      await expect(page.getByLabel("Code", { exact: true })).toBeVisible();
      const mail = await newestMail(email, ({ date }) => (date?.getTime() ?? 0) >= before.getTime() - 1_000);
      const code = /\b[A-Z2-9]{4}-[A-Z2-9]{4}\b/.exec(mail.text ?? "")?.[0] ?? "";
      await page.getByLabel("Code", { exact: true }).fill(code);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      // An approver's home page is their work.
      await expect(page).toHaveURL(new URL(led === "/home" ? "/work" : led, portal.url).href);
    }
    await page.context().close();
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
    "/claims",
    "/comments",
    "/withdraw",
    "/letter",
    "/letter/pdf",
    "/moderation",
    "/print",
    "/pdf",
    "/decision-note",
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
      ["letter/pdf", "offer"],
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

test("an attempt to open a page without the role for it is recorded", async ({ as }) => {
  const assessor = await as(PEOPLE.assessor);
  expect((await assessor.request.get("/settings/people")).status()).toBe(404);
  const auditor = await as(PEOPLE.auditor);
  await auditor.goto("/settings/audit?event=permission.refused");
  await expect(auditor.getByRole("row").filter({ hasText: "/settings/people" }).first()).toContainText("Hēmi Walker");
});

test("the files that browsers and search engines request exist, with the right type", async ({ request, page }) => {
  for (const [path, type] of [
    ["/favicon.ico", "image/svg+xml"],
    ["/icon.svg", "image/svg+xml"],
    ["/apple-touch-icon.png", "image/png"],
    ["/manifest.webmanifest", "application/manifest+json"],
    ["/robots.txt", "text/plain; charset=UTF-8"],
  ]) {
    const response = await request.get(path ?? "");
    expect([path, response.status(), response.headers()["content-type"]]).toEqual([path, 200, type]);
    expect(response.headers()["x-content-type-options"]).toBe("nosniff");
  }
  const png = await (await request.get("/apple-touch-icon.png")).body();
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([180, 180]);
  // A browser that is told about the manifest may load it, and finds its icons.
  await page.goto("/");
  expect(await page.locator('link[rel="manifest"]').getAttribute("href")).toBe("/manifest.webmanifest");
  expect(await page.locator('link[rel="apple-touch-icon"]').getAttribute("href")).toBe("/apple-touch-icon.png");
  expect((await page.goto("/"))?.headers()["content-security-policy"]).toContain("manifest-src 'self'");
  const { icons } = await (await request.get("/manifest.webmanifest")).json();
  for (const { src, type } of icons) expect((await request.get(src)).headers()["content-type"]).toBe(type);
});
