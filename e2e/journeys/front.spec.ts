// Somebody who is thinking of applying finds what they need to know on the public pages, without an account.
import { expect, test } from "../fixtures.ts";

test("the front page says what the fund pays for, when to apply, when to expect decisions, and what was awarded before", async ({
  page,
}) => {
  await page.goto("/");
  const contents = page.getByRole("navigation", { name: "On this page" });
  for (const link of await contents.getByRole("link").all()) {
    const target = (await link.getAttribute("href")) ?? "";
    await expect(page.locator(target).getByRole("heading", { level: 2 })).toHaveText((await link.textContent()) ?? "");
  }
  await contents.getByRole("link", { name: "Rounds and decisions" }).click();
  await expect(page).toHaveURL(/#rounds$/);
  await expect(page.locator("#rounds")).toContainText(/Closes \w+day \d+ \w+ \d{4}/);
  await expect(page.locator("#rounds")).toContainText("Decisions expected around");
  const awards = page.locator("#awards").getByRole("definition");
  await expect(awards).toHaveText([/^\$\d/, /^\$\d/, /^\$\d/]);
});

test("“Prepare your application” says how applications are scored and how long it takes, and has the blank form", async ({
  page,
}) => {
  await page.goto("/");
  await page.getByRole("link", { name: "how we score applications" }).click();
  await expect(page.getByRole("heading", { name: "Prepare your application", level: 1 })).toBeVisible();
  const weights = await page.getByRole("table").first().getByRole("cell").allTextContents();
  const percents = weights.flatMap((text) => /^(\d+)%$/.exec(text)?.[1] ?? []).map(Number);
  expect(percents.reduce((sum, one) => sum + one, 0)).toBe(100);
  await expect(page.locator("#how-long")).toContainText("half of the applications had a decision within");
  const href =
    (await page.getByRole("link", { name: /Download the blank application form \(PDF/ }).getAttribute("href")) ?? "";
  const response = await page.request.get(href);
  expect(response.headers()["content-type"]).toBe("application/pdf");
  const bytes = (await response.body()).length;
  expect([bytes > 40_000, bytes < 80_000]).toEqual([true, true]);
});
