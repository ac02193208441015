// A budget officer reads how accurate the forecast is and what it leaves unspent, knows better about one initiative,
// and notes it.
import type { Page } from "@playwright/test";
import { PEOPLE } from "../access.ts";
import { expect, test } from "../fixtures.ts";

/** "$1,234.50" → 123450. */
const cents = (text: string | null) => Number((text ?? "").replace(/[^\d-]/g, ""));

const INITIATIVES = "Committed and not yet paid, most unspent first";

/** The cells below a header in the list of initiatives; the last one is the total. */
async function column(page: Page, header: string): Promise<number[]> {
  const table = page.getByRole("table", { name: INITIATIVES });
  const index = (await table.getByRole("columnheader").allTextContents()).indexOf(header);
  const rows = await table.locator("tbody tr, tfoot tr").all();
  return Promise.all(rows.map(async (row) => cents(await row.locator("> *").nth(index).textContent())));
}

for (const javaScriptEnabled of [true, false]) {
  test(`what an officer expects replaces the forecast (JavaScript ${javaScriptEnabled ? "on" : "off"})`, async ({
    as,
  }) => {
    const page = await as(PEOPLE.budget, { javaScriptEnabled });
    await page.goto("/budget");
    const errors = page.getByRole("table", { name: /^Errors/ });
    for (const method of ["From milestones and claims", "Spread evenly"]) {
      await expect(errors.getByRole("row", { name: method })).toContainText(/\d\.\d%/);
    }
    const unspent = cents(
      await page
        .getByText(/of the committed money to be unspent/)
        .locator("strong")
        .textContent(),
    );
    await page.getByRole("link", { name: "See the forecast by initiative" }).click();
    await expect(page).toHaveURL(/\/budget\/forecast/);
    const before = await column(page, "Expected unspent");
    expect([before.at(-1), before.slice(0, -1).reduce((sum, one) => sum + one, 0)]).toEqual([unspent, unspent]);
    const [still = 0] = await column(page, "Still expected by 30 June");

    await page
      .getByRole("link", { name: /^Add note/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Save note" }).click();
    await expect(page.getByRole("link", { name: /^Enter how much you expect/ })).toBeVisible();
    await expect(page.getByRole("link", { name: "Enter why you expect this" })).toBeVisible();
    await page.getByLabel("Total paid by 30 June").fill("1");
    await page.getByLabel("Why").fill("The partner has stopped");
    await page.getByRole("button", { name: "Save note" }).click();
    const problem = page.getByRole("link", { name: /or more: that is already paid/ });
    const paid = /\$[\d,.]+/.exec((await problem.textContent()) ?? "")?.[0] ?? "";
    await page.getByLabel("Total paid by 30 June").fill(paid);
    await page.getByRole("button", { name: "Save note" }).click();
    await expect(page.getByText(/^Your note is saved/)).toBeVisible();
    expect((await column(page, "Expected unspent")).at(-1)).toBe(unspent + still);
    await page.goto("/budget");
    const now = page.getByText(/of the committed money to be unspent/).locator("strong");
    expect(cents(await now.textContent())).toBe(unspent + still);

    const auditor = await as(PEOPLE.auditor, { javaScriptEnabled });
    await auditor.goto("/budget/forecast");
    await expect(auditor.getByText("The partner has stopped")).toBeVisible();
    await expect(auditor.getByRole("link", { name: /note/ })).toHaveCount(0);

    await page.goto("/budget/forecast");
    await page.getByRole("link", { name: /^Change note/ }).click();
    await expect(page.getByRole("cell", { name: "The partner has stopped" }).first()).toBeVisible();
    await page.getByLabel("Total paid by 30 June").fill("");
    await page.getByLabel("Why").fill("It goes on");
    await page.getByRole("button", { name: "Save note" }).click();
    await expect(page.getByText(/uses the forecast again/)).toBeVisible();
    expect((await column(page, "Expected unspent")).at(-1)).toBe(unspent);
  });
}
