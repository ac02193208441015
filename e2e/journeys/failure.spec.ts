import pg from "pg";
import { runSql } from "../../bin/test-server.ts";
import { expect, test } from "../fixtures.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(`JavaScript ${javaScriptEnabled ? "on" : "off"}`, () => {
    test.use({ javaScriptEnabled });

    test("a page that throws or does not exist is words", async ({ page, portal, complaints }) => {
      await runSql(portal.ownerUrl, `ALTER TABLE "Round" RENAME TO "Gone"`);
      try {
        expect((await page.goto("/"))?.status()).toBe(500);
      } finally {
        await runSql(portal.ownerUrl, `ALTER TABLE "Gone" RENAME TO "Round"`);
      }
      await expect(page.getByRole("heading", { name: "Sorry, something went wrong" })).toBeVisible();
      await expect(page.getByText(/Give this number: \d+/)).toBeVisible();
      await expect(page).toHaveTitle("Sorry, something went wrong – Pacific Security Fund");
      // The status, and where scripts run React's own word that the server failed.
      const expected = javaScriptEnabled ? ["500", "#441"] : ["500"];
      expect(complaints.splice(0)).toEqual(expected.map((part) => expect.stringContaining(part)));
      await page.getByRole("link", { name: "Go to the start page" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

      expect((await page.goto("/mailbox/nothing"))?.status()).toBe(404);
      await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
    });
  });
}

test.describe("JavaScript off", () => {
  test.use({ javaScriptEnabled: false });

  test("a form that comes back with what is wrong says so first in the title, also where no script runs", async ({
    page,
    as,
  }) => {
    await page.goto("/sign-in");
    await expect(page).toHaveTitle("Sign in – Pacific Security Fund");
    await page.getByLabel("Email address").fill("nobody");
    await page.getByRole("button", { name: "Send me a code" }).click();
    await expect(page).toHaveTitle("Error: Sign in – Pacific Security Fund");
    await page.getByLabel("Email address").fill("nobody@nowhere.example");
    await page.getByRole("button", { name: "Send me a code" }).click();
    await expect(page.getByLabel("Code", { exact: true })).toBeVisible();
    await expect(page).toHaveTitle("Sign in – Pacific Security Fund");

    const contributor = await as("contributor@police.example", { javaScriptEnabled: false });
    await contributor.goto("/applications/new");
    const title = await contributor.title();
    await contributor.getByRole("button", { name: "Begin" }).click();
    await expect(contributor.getByRole("link", { name: "Choose a round" })).toBeVisible();
    await expect(contributor).toHaveTitle(`Error: ${title}`);
  });
});

test("what a browser writes into x-forwarded-for is not where a request came from", async ({ browser, portal }) => {
  const context = await browser.newContext({
    baseURL: portal.url,
    extraHTTPHeaders: { "x-forwarded-for": "203.0.113.9" },
  });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByLabel("Email address").fill("stranger@police.example");
  await page.getByRole("button", { name: "Send me a code" }).click();
  await expect(page.getByLabel("Code", { exact: true })).toBeVisible();
  await context.close();
  const client = new pg.Client({ connectionString: portal.ownerUrl });
  await client.connect();
  const { rows } = await client.query(`SELECT "remoteAddress" FROM "AuditEvent" WHERE event = 'account.asked'`);
  await client.end();
  expect(rows).toEqual([{ remoteAddress: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) }]);
});
