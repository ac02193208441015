import { runSql } from "../../bin/test-server.ts";
import { expect, test } from "../fixtures.ts";

test.use({ javaScriptEnabled: false });

test("a page that throws or does not exist is words, also where no script runs", async ({
  page,
  portal,
  complaints,
}) => {
  await runSql(portal.ownerUrl, `ALTER TABLE "Round" RENAME TO "Gone"`);
  try {
    expect((await page.goto("/"))?.status()).toBe(500);
  } finally {
    await runSql(portal.ownerUrl, `ALTER TABLE "Gone" RENAME TO "Round"`);
  }
  await expect(page.getByRole("heading", { name: "Sorry, something went wrong" })).toBeVisible();
  await expect(page.getByText(/Give this number: \d+/)).toBeVisible();
  await expect(page).toHaveTitle("Sorry, something went wrong – Pacific Security Fund");
  expect(complaints.splice(0)).toEqual([expect.stringContaining("500")]);
  await page.getByRole("link", { name: "Go to the start page" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

  expect((await page.goto("/mailbox/nothing"))?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
});

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
