import { type Relay, startRelay } from "../../bin/test-relay.ts";
import { runSql } from "../../bin/test-server.ts";
import { expect, signInOnce, startPortal, test } from "../fixtures.ts";

for (const javaScriptEnabled of [true, false]) {
  test.describe(`JavaScript ${javaScriptEnabled ? "on" : "off"}`, () => {
    test.use({ javaScriptEnabled });

    test("a page that throws or does not exist shows readable text", async ({ page, portal, complaints }) => {
      await runSql(portal.ownerUrl, `ALTER TABLE "Round" RENAME TO "Gone"`);
      try {
        expect((await page.goto("/"))?.status()).toBe(500);
      } finally {
        await runSql(portal.ownerUrl, `ALTER TABLE "Gone" RENAME TO "Round"`);
      }
      await expect(page.getByRole("heading", { name: "Sorry, something went wrong" })).toBeVisible();
      await expect(page.getByText(/Give this number: \d+/)).toBeVisible();
      await expect(page).toHaveTitle("Sorry, something went wrong – Pacific Security Fund");
      // The status and, where scripts run, React's own message that the server failed.
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

  test("a form that comes back with errors says so at the start of the title, even where no script runs", async ({
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
    await contributor.getByRole("button", { name: "Start" }).click();
    await expect(contributor.getByRole("link", { name: "Choose a round" })).toBeVisible();
    await expect(contributor).toHaveTitle(`Error: ${title}`);
  });
});

test("if the database goes away while somebody writes, the text stays, nobody is signed out, and it is saved automatically", async ({
  browser,
}, { workerIndex }) => {
  let relay: Relay | undefined;
  const { portal, stop } = await startPortal(`away-${workerIndex}`, async (databaseUrl) => {
    relay = await startRelay(databaseUrl);
    return relay.url;
  });
  const context = await browser.newContext({ baseURL: portal.url });
  try {
    const page = await context.newPage();
    await signInOnce(portal, page, "contributor@police.example");
    await page.goto("/home");
    const draft = page.getByRole("row").filter({ hasText: "Draft" }).getByRole("link").first();
    const reference = /PSF-\d{4}-\d{4}/.exec((await draft.getAttribute("href")) ?? "")?.[0];
    await page.goto(`/applications/${reference}/sections/value`);
    const words = page.getByLabel("Value for money");
    await relay?.be("refusing");
    await words.fill("Written while the database was away");
    await expect(page.getByText("Not saved yet.")).toBeVisible();
    // Pressing Save meanwhile says so, and the text can still be sent afterwards.
    await page.getByRole("button", { name: "Save", exact: false }).first().click();
    await expect(page.getByText("The portal is not available right now. Nothing was changed.")).toBeVisible();
    await relay?.be("open");
    await expect(page.getByText(/^Saved at/)).toBeVisible({ timeout: 45_000 });

    await page.goto(`/applications/${reference}/comments`);
    const comment = page.getByLabel("Comment", { exact: true });
    await comment.fill("Said while the database was away");
    await relay?.be("refusing");
    await page.getByRole("button", { name: "Add comment" }).click();
    await expect(page.getByText("The portal is not available right now. Nothing was changed.")).toBeVisible();
    await expect(comment).toHaveValue("Said while the database was away");
    await relay?.be("open");
    await page.getByRole("button", { name: "Add comment" }).click();
    await expect(page).toHaveURL(/done=added/);
    await page.goto(`/applications/${reference}/sections/value`);
    await expect(words).toHaveValue("Written while the database was away");
  } finally {
    await context.close();
    await stop();
    await relay?.stop();
  }
});

test("a browser cannot fake its address with x-forwarded-for", async ({ browser, portal }) => {
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
  const rows = await runSql(portal.ownerUrl, `SELECT "remoteAddress" FROM "AuditEvent" WHERE event = 'account.asked'`);
  expect(rows).toEqual([{ remoteAddress: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) }]);
});
