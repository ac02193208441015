// A budget officer looks at a year, follows its figures to their rows, carries money forward and corrects a mistake.
import type { Page } from "@playwright/test";
import { runSql } from "../../bin/test-server.ts";
import { PEOPLE } from "../access.ts";
import { expect, test } from "../fixtures.ts";

/** "$1,234.50" → 123450. */
const cents = (text: string | null) => Number((text ?? "").replace("−", "-").replace(/[^\d-]/g, ""));

/** The cell below a header, in a table's last line. */
async function totalOf(page: Page, table: string, header: string): Promise<number> {
  const found = page.getByRole("table", { name: table });
  const index = await found.getByRole("columnheader").allTextContents();
  return cents(await found.locator("tfoot tr > *").nth(index.indexOf(header)).textContent());
}

test("every figure of the year leads to rows that add up to it, and so does the file", async ({ as }) => {
  const page = await as(PEOPLE.auditor, { javaScriptEnabled: false });
  await page.goto("/budget");
  const figure = page.locator(".app-figures div", { hasText: /^Reserved/ }).getByRole("link");
  const reserved = cents(await figure.textContent());
  await figure.click();
  const rows = /^Reserved in/;
  const title = (await page.locator(".app-lede").textContent())?.split(" · ")[0] ?? "";
  expect(title).toMatch(rows);
  expect(await totalOf(page, title, "Reserved")).toBe(reserved);
  const file = await page.request.get(
    (await page.getByRole("link", { name: /^Download CSV/ }).getAttribute("href")) ?? "",
  );
  const lines = (await file.text()).trim().split("\r\n");
  const header = lines.findIndex((line) => line.startsWith("Reference,"));
  const column = lines[header]?.split(",").indexOf("Reserved") ?? 0;
  expect(cents(lines.at(-2)?.split(",")[column] ?? "")).toBe(reserved);
  expect(lines.at(-1)).toBe(lines[0]?.replace("\uFEFF", ""));

  await page.goto("/budget/shares?by=place");
  const place = page.getByRole("row").filter({ hasText: "Fiji" });
  const committed = place.getByRole("link").nth(1);
  const part = cents(await committed.textContent());
  await committed.click();
  const of = (await page.locator(".app-lede").textContent())?.split(" · ")[0] ?? "";
  expect(of).toMatch(/^Fiji: committed in/);
  expect(await totalOf(page, of, "Committed")).toBe(part);

  for (const link of await page.getByRole("link", { name: /^Download XLSX/ }).all()) {
    await expect(await page.request.get((await link.getAttribute("href")) ?? "")).toBeOK();
  }
  const statement = await page.request.get("/budget/statement");
  expect(statement.headers()["content-type"]).toBe("application/pdf");
  await expect(page.getByRole("link", { name: "Ask for a carry-forward" })).toHaveCount(0);
});

test("a closed year shows its final figures, and offers nothing that can no longer be done", async ({ as }) => {
  const page = await as(PEOPLE.budget, { javaScriptEnabled: false });
  await page.goto("/budget");
  const years = page.getByRole("navigation", { name: "Financial year" }).getByRole("link");
  await expect(page.locator(".app-figures")).toContainText("Available");
  // The last but one is closed in the demonstration: the first that says so.
  for (const href of await years.evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""))) {
    await page.goto(href);
    if (await page.getByText(/· Closed on /).count()) break;
  }
  await expect(page.getByText(/· Closed on /)).toBeVisible();
  await expect(page.locator(".app-figures")).toContainText("Not used");
  await expect(page.locator(".app-figures")).not.toContainText(/Available|pipeline/);
  await expect(page.getByRole("heading", { name: "The year month by month" })).toBeVisible();
  await expect(page.getByRole("link", { name: /the envelope$/ })).toHaveCount(0);
  await page.getByRole("link", { name: /^Year end and statement/ }).click();
  await expect(page.getByText(/is closed, so nothing new can be promised/)).toBeVisible();
  await expect(page.locator("main")).not.toContainText(/Carry (it|money)|Before you close|Reserved but not accepted/);
  await page.getByRole("link", { name: /^Statement of/ }).click();
  await expect(page.getByRole("row").filter({ hasText: "Paid after 30 June for this year’s work" })).toBeVisible();
  await page.goto("/budget/adjust");
  const offered = (await page.getByLabel("Financial year").locator("option").allTextContents()).filter(Boolean);
  await expect(page.getByRole("table", { name: "Envelopes now" }).getByRole("row")).toHaveCount(offered.length - 1);
});

for (const javaScriptEnabled of [true, false]) {
  test(`money is carried forward, and an adjustment in error reversed (JavaScript ${javaScriptEnabled ? "on" : "off"})`, async ({
    as,
  }) => {
    const [page, second] = [
      await as(PEOPLE.budget, { javaScriptEnabled }),
      await as("budget2@mfat.example", { javaScriptEnabled }),
    ];
    const why = `Ships were late ${javaScriptEnabled ? "once" : "twice"}`;
    /** The requested change, on the page of the person who confirms it. */
    const openAs = async (who: Page, reason: string) => {
      await who.goto("/changes");
      await who.getByRole("row").filter({ hasText: reason }).getByRole("link").first().click();
    };
    const ask = async (amount: string, reason: string) => {
      await page.goto("/budget/carry-forward/new");
      await page.getByLabel("Available money to carry").fill(amount);
      await page.getByLabel("Reason").fill(reason);
      await page.getByLabel("Source").fill("Paper 8");
      await page.getByRole("button", { name: "Ask for carry-forward" }).click();
      await expect(page.getByText("Nothing changes until one of them does")).toBeVisible();
    };
    await page.goto("/budget/carry-forward/new");
    await page.getByRole("button", { name: "Ask for carry-forward" }).click();
    await expect(page.getByRole("link", { name: "Enter the amount, or 0" })).toBeVisible();
    await page.getByLabel("Available money to carry").fill("99,000,000");
    await page.getByLabel("Reason").fill(why);
    await page.getByLabel("Source").fill("Paper 8");
    await page.getByRole("button", { name: "Ask for carry-forward" }).click();
    await expect(page.getByRole("link", { name: /^Only \$[\d,]+\.\d\d is available in/ })).toBeVisible();
    await ask("2,000", why);
    await openAs(page, why);
    await expect(page.getByRole("button", { name: "Confirm change" })).toHaveCount(0);
    await openAs(second, why);
    await second.getByText("Decline it instead").click();
    await second.getByLabel("Why you are declining it").fill("A typing error");
    await second.getByRole("button", { name: "Decline change" }).click();
    await expect(second.getByText(/^Declined; .+ Rangi Petersen\. We have emailed/)).toBeVisible();
    await expect(second.getByText("A typing error")).toBeVisible();

    await ask("1,000", `${why}, rightly`);
    await openAs(second, `${why}, rightly`);
    await second.getByRole("button", { name: "Confirm change" }).click();
    await expect(second.getByText(/^Confirmed; .+ Rangi Petersen\. We have emailed/)).toBeVisible();

    for (const odd of ["kind=ADJUSTMENT", "agency=Police", "kid=ADJUST"]) {
      await page.goto(`/budget/ledger?year=all&${odd}`);
      await expect(page.getByText(`This list has no filter “${odd}”`)).toBeVisible();
      await expect(page.getByRole("table")).toHaveCount(0);
    }
    await page.goto("/budget/ledger?kind=ADJUST&month=0");
    await page.getByRole("link", { name: "Remove Month: July" }).click();
    await expect(page.getByRole("link", { name: "Remove Kind of entry: Envelope adjusted" })).toBeVisible();
    const entry = page
      .getByRole("row")
      .filter({ hasText: `${why}, rightly` })
      .first();
    await expect(entry.getByText("Change asked for by Ingrid Solomon")).toBeVisible();
    await entry.getByRole("link", { name: /^Reverse/ }).click();
    await page.getByLabel("Reason").fill(`${why}: reversed`);
    await page.getByRole("button", { name: "Ask for reversal" }).click();
    await expect(page.getByText("You have asked for the change")).toBeVisible();
    await openAs(second, `${why}: reversed`);
    await second.getByRole("button", { name: "Confirm change" }).click();
    await expect(second.getByText(/^Confirmed; .+ We have emailed/)).toBeVisible();
    await page.goto("/budget/ledger?kind=ADJUST");
    await expect(
      page
        .getByRole("row")
        .filter({ hasText: `${why}: reversed` })
        .getByText(/^Reverses entry/),
    ).toBeVisible();
    await expect(
      page
        .getByRole("row")
        .filter({ hasText: `${why}, rightly` })
        .getByText(/^Reversed by entry/),
    ).toBeVisible();
  });
}

test("without JavaScript too, the second of two people reads what happened, and the reason they typed", async ({
  as,
  portal,
}) => {
  const javaScriptEnabled = false;
  const asker = await as(PEOPLE.budget, { javaScriptEnabled });
  const first = await as("budget2@mfat.example", { javaScriptEnabled });
  const second = await as(PEOPLE.approver, { javaScriptEnabled });
  await asker.goto("/budget/carry-forward/new");
  await asker.getByLabel("Available money to carry").fill("3,000");
  await asker.getByLabel("Reason").fill("Two confirm it");
  await asker.getByLabel("Source").fill("Paper 9");
  await asker.getByRole("button", { name: "Ask for carry-forward" }).click();
  for (const page of [first, second]) {
    await page.goto("/changes");
    await page.getByRole("row").filter({ hasText: "Two confirm it" }).getByRole("link").first().click();
  }
  await first.getByRole("button", { name: "Confirm change" }).click();
  await expect(first.getByText(/^Confirmed; .+ We have emailed/)).toBeVisible();
  await second.getByRole("button", { name: "Confirm change" }).click();
  await expect(second.getByRole("alert")).toContainText(
    /Rangi Petersen confirmed it on .+ We did not make your change\./,
  );

  await asker.goto("/budget/year-end");
  const year = Number(/20\d\d/.exec((await asker.locator("h1").textContent()) ?? "")?.[0]);
  const setCutoff = async (day: string) => {
    await asker.getByText(/^(Set|Move) the cut-off day/).click();
    await asker.getByLabel("Day", { exact: true }).fill(day);
    await asker.getByLabel("Month").fill("7");
    await asker.getByLabel("Year", { exact: true }).fill(String(year + 1));
  };
  await setCutoff("15");
  await asker.getByRole("button", { name: "Set cut-off day" }).click();
  await expect(asker.getByText("You have set the cut-off day.")).toBeVisible();
  await setCutoff("20");
  await asker.getByLabel("Why you are moving it").fill("The auditors come early");
  // Only for a moment: the other tests need the year.
  const put = (columns: string) =>
    runSql(
      portal.ownerUrl,
      `ALTER TABLE "FinancialYear" DISABLE TRIGGER USER;
      UPDATE "FinancialYear" SET ${columns} WHERE "startYear" = ${year};
      ALTER TABLE "FinancialYear" ENABLE TRIGGER USER`,
    );
  await put(`"closedAt" = '${year + 1}-12-31'`);
  try {
    await asker.getByRole("button", { name: "Move cut-off day" }).click();
    await expect(
      asker.getByText("is closed, so you cannot move its cut-off day. We did not make your change."),
    ).toBeVisible();
    await expect(asker.getByText("You have set the cut-off day.")).toHaveCount(0);
    await expect(asker.getByText("You typed: The auditors come early")).toBeVisible();
  } finally {
    await put(`"closedAt" = NULL, "cutoffOn" = NULL`);
  }
});
