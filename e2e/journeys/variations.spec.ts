import type { Page } from "@playwright/test";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { formatYear } from "#lib/platform/money.ts";
import { runSql } from "../../bin/test-server.ts";
import { expect, referenceOf, test } from "../fixtures.ts";
import { chooseStep, fillDay, inDays, openApplication, send } from "../steps/forms.ts";

const REASON = "A fourth service has asked to join.";
const year = financialYearOf(dayOf(new Date()));
const NEXT = formatYear(year + 1);

/** The open variation or the last one, as the application's page shows it. */
const record = (page: Page) => page.locator("#variations .app-record").first();
const amount = (page: Page) => page.getByLabel(`Amount in ${NEXT}`);

async function askFor(page: Page, reference: string, kind: string): Promise<void> {
  await chooseStep(page, reference, "Ask for a variation");
  await page.getByRole("link", { name: kind, exact: true }).click();
  await expect(page.getByLabel("Why it needs to change")).toBeVisible();
}

test("a new end date and a re-phasing are asked for in one variation, without JavaScript too", async ({
  as,
  portal,
}) => {
  const reference = await referenceOf(portal, "ACTIVE", "Customs");
  const page = await as("contributor@customs.example", { javaScriptEnabled: false });
  await askFor(page, reference, "Time");
  await page.getByRole("link", { name: "Add re-phasing" }).click();
  await expect(amount(page)).toBeVisible();
  await expect(page.getByRole("link", { name: "Add cost" })).toHaveCount(0);
  await page.getByRole("button", { name: "Ask for a variation" }).click();
  await expect(page.getByRole("link", { name: "Enter the new end date" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Enter a reason" })).toBeVisible();
  await fillDay(page, "New end date", inDays(1));
  await page.getByLabel("Why it needs to change").fill("The partner finishes early.");
  await page.getByRole("button", { name: "Ask for a variation" }).click();
  await expect(page.getByRole("link", { name: /^Change at least one amount. These are the same$/ })).toBeVisible();
});

test("more money is asked for, checked, approved and committed; a re-phasing without JavaScript is declined with a reason", async ({
  as,
  portal,
  newestMail,
}) => {
  // One that goes on in the next year: money is added to no year after its end.
  const [{ reference }] = await runSql(
    portal.databaseUrl,
    `SELECT a.reference FROM "Application" a JOIN "Arrangement" r ON r."applicationId" = a.id JOIN "Agency" g ON g.id = a."agencyId"
      WHERE a.state = 'ACTIVE' AND g.abbreviation = 'Customs' AND r."endsOn" >= make_date($1, 7, 1) ORDER BY a.reference LIMIT 1`,
    [year + 1],
  );
  const contributor = await as("contributor@customs.example");
  await askFor(contributor, reference, "Cost");
  const held = Number((await amount(contributor).inputValue()).replaceAll(",", ""));
  const more = (dollars: number) => (held + dollars).toLocaleString("en-NZ", { minimumFractionDigits: 2 });
  await amount(contributor).fill(more(9_000_000));
  await expect(contributor.getByText("$9,000,000.00 more")).toBeVisible();
  await contributor.getByLabel("Why it needs to change").fill(REASON);
  await contributor.getByRole("button", { name: "Ask for a variation" }).click();
  const tooMuch = new RegExp(`^This adds \\$9,000,000.00. Only \\$[\\d,.]+ is available in ${NEXT}\\.$`);
  await expect(contributor.getByRole("link", { name: tooMuch })).toBeVisible();
  await amount(contributor).fill(more(10_000));
  await send(contributor, "Ask for a variation");
  await expect(record(contributor)).toContainText("Being decided");
  await expect(record(contributor)).toContainText("+$10,000.00");
  await expect(contributor.getByText("MFAT decides on the variation and emails you the outcome.")).toBeVisible();

  const asked = await newestMail(
    "budget@mfat.example",
    ({ subject }) => subject?.includes("variation asked for") ?? false,
  );
  expect(asked.text).toContain("waiting on the budget officer");
  const budget = await as("budget@mfat.example");
  await budget.goto("/work");
  await expect(budget.getByRole("link", { name: `Confirm budget of the variation for ${reference}` })).toBeVisible();
  await chooseStep(budget, reference, "Confirm budget of the variation");
  await expect(budget.getByText(REASON)).toBeVisible();
  await expect(budget.getByRole("columnheader", { name: "Pipeline" })).toBeVisible();
  await send(budget, "Confirm budget of the variation");

  const approver = await as("approver2@mfat.example", { javaScriptEnabled: false });
  await chooseStep(approver, reference, "Approve the variation");
  await expect(approver.getByText(`It adds $10,000.00 in ${NEXT}, which is reserved.`)).toBeVisible();
  await send(approver, "Approve the variation");
  await expect(record(approver)).toContainText("Wiremu Grant");
  await expect(record(approver)).toContainText("delegation without limit");

  await openApplication(contributor, reference);
  await expect(record(contributor)).toContainText("Approved");
  await expect(record(contributor)).not.toContainText("Wiremu Grant");
  await expect(contributor.locator("#money").getByRole("row", { name: new RegExp(`^${NEXT}`) })).toContainText(
    `$${more(10_000)}`,
  );

  const plain = await as("contributor@customs.example", { javaScriptEnabled: false });
  await askFor(plain, reference, "Re-phasing");
  await amount(plain).fill(more(9_999.99));
  await plain.getByLabel("Why it needs to change").fill("The partner begins later.");
  await plain.getByRole("button", { name: "Ask for a variation" }).click();
  await expect(plain.getByRole("link", { name: /^The amounts must add up to .+, \$0\.01 too little$/ })).toBeVisible();
  await expect(plain.getByText("$0.01 less", { exact: true })).toBeVisible();
  await expect(amount(plain)).toHaveValue(more(9_999.99));
  const current = plain.getByLabel(`Amount in ${formatYear(year)}`);
  const cents = Math.round(Number((await current.inputValue()).replaceAll(",", "")) * 100);
  await current.fill(((cents + 1) / 100).toFixed(2));
  await send(plain, "Ask for a variation");

  await chooseStep(budget, reference, "Decline the variation");
  await budget.getByLabel("Why you are declining it").fill("A cent is not worth a variation.");
  await send(budget, "Decline the variation");
  await openApplication(plain, reference);
  await expect(record(plain)).toContainText("A cent is not worth a variation.");
  await expect(record(plain)).toContainText("Declined");
});
