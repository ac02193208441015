import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, type Portal, referenceOf, test } from "../fixtures.ts";
import { chooseStep, fillDay, inDays, send } from "../steps/forms.ts";

const invoice = (name: string) => ({
  name: `${name}.txt`,
  mimeType: "text/plain",
  buffer: Buffer.from(`Invoice ${name}\n`),
});

/** Adds an invoice as a file and claims with it; returns the claim's reference. */
async function claim(page: Page, reference: string, number: string, amount: string): Promise<string> {
  await chooseStep(page, reference, "Submit claim");
  await page.getByRole("link", { name: "Add an invoice" }).click();
  await page.getByLabel("Description", { exact: true }).fill(`Invoice ${number}`);
  await page.getByLabel("File", { exact: true }).setInputFiles(invoice(number));
  await page.getByRole("button", { name: "Add file" }).click();
  await expect(page.getByText("You have added the file.")).toBeVisible();
  await page.getByRole("link", { name: "Continue to the claim" }).click();
  await fillDay(page, "First day of the work", inDays(0));
  await fillDay(page, "Last day of the work", inDays(0));
  await page.getByLabel("Amount", { exact: true }).fill(amount);
  await page.getByLabel("GST", { exact: true }).fill("0");
  await page.getByLabel("Invoice number").fill(number);
  await fillDay(page, "Invoice date", inDays(0));
  await page.getByLabel("What the claim is for").fill("First course");
  await send(page, "Submit claim");
  const row = page.locator("#claims").getByRole("row").filter({ hasText: number });
  return /PSF-\d{4}-\d{4}\/\d+/.exec((await row.textContent()) ?? "")?.[0] ?? "";
}

const claims = (page: Page) => page.locator("#claims");
const rowOf = (page: Page, name: string) => claims(page).getByRole("row").filter({ hasText: name });

const underWay = (portal: Portal): Promise<string> => referenceOf(portal, "ACTIVE");

/** The day, as people in New Zealand write it. */
const typed = (day: Date): string => `${day.getUTCDate()}/${day.getUTCMonth() + 1}/${day.getUTCFullYear()}`;

for (const javaScriptEnabled of [true, false]) {
  test(`an agency claims, and the money is paid and comes back, JavaScript ${javaScriptEnabled ? "on" : "off"}`, async ({
    as,
    portal,
    newestMail,
  }) => {
    const contributor = await as("contributor@police.example", { javaScriptEnabled });
    const desk = await as("desk@mfat.example", { javaScriptEnabled });
    const budget = await as("budget@mfat.example", { javaScriptEnabled });
    const reference = await underWay(portal);
    const number = `INV-JS-${javaScriptEnabled}`;

    const name = await claim(contributor, reference, number, "1,000");

    await chooseStep(contributor, reference, "Submit claim");
    await fillDay(contributor, "First day of the work", inDays(0));
    await fillDay(contributor, "Last day of the work", inDays(0));
    await contributor.getByLabel("Amount", { exact: true }).fill("99,000,000");
    await contributor.getByLabel("Invoice number").fill(number.toLowerCase());
    await contributor.getByRole("button", { name: "Submit claim" }).click();
    const summary = contributor.getByRole("region", { name: "There is a problem" });
    await expect(summary).toContainText(/Amount must be|Enter the GST/);
    await expect(contributor.getByLabel("Amount", { exact: true })).toHaveValue("99,000,000");

    await chooseStep(desk, reference, "Confirm work");
    await expect(desk.getByRole("table", { name: "Milestones in the signed-off application" })).toBeVisible();
    await desk.getByLabel(new RegExp(`^Claim ${name.split("/")[1]}:`)).check();
    await send(desk, "Confirm work");
    await newestMail("budget@mfat.example", ({ subject }) => subject?.includes("claim confirmed") ?? false);
    await expect(rowOf(desk, name)).toContainText("Confirmed");

    await chooseStep(budget, reference, "Approve claim");
    await budget.getByLabel(new RegExp(`^Claim ${name.split("/")[1]}:`)).check();
    await send(budget, "Approve claim");
    await chooseStep(budget, reference, "Record payment");
    await budget.getByLabel(new RegExp(`^Claim ${name.split("/")[1]}:`)).check();
    await fillDay(budget, "Paid on", inDays(0));
    await budget.getByLabel("Payment reference").fill(`FIN-${number}`);
    await send(budget, "Record payment");
    await expect(rowOf(budget, name)).toContainText("Paid");

    await chooseStep(budget, reference, "Record returned payment");
    await budget.getByLabel(new RegExp(`FIN-${number}$`)).check();
    await fillDay(budget, "Sent back on", inDays(0));
    await budget.getByLabel("Why the bank sent it back").fill("The account is closed.");
    await send(budget, "Record returned payment");
    await expect(rowOf(budget, name)).toContainText("Sent back by the bank");
    await chooseStep(budget, reference, "Record payment");
    await budget.getByLabel(new RegExp(`^Claim ${name.split("/")[1]}:`)).check();
    await budget.getByLabel("Amount paid (optional)").fill("1");
    await fillDay(budget, "Paid on", inDays(0));
    await budget.getByLabel("Payment reference").fill(`AGAIN-${number}`);
    await send(budget, "Record payment");
    await expect(rowOf(budget, name)).toContainText("still to be paid");
    await chooseStep(budget, reference, "Correct payment");
    await budget.getByLabel(new RegExp(`AGAIN-${number}$`)).check();
    await budget.getByLabel("Right payment reference (optional)").fill(`RIGHT-${number}`);
    await budget.getByLabel("What was wrong").fill("Typed wrongly.");
    await send(budget, "Correct payment");
    await expect(rowOf(budget, name)).toContainText(`RIGHT-${number}`);
    await chooseStep(budget, reference, "Record payment");
    await budget.getByLabel(new RegExp(`^Claim ${name.split("/")[1]}:`)).check();
    await fillDay(budget, "Paid on", inDays(0));
    await budget.getByLabel("Payment reference").fill(`REST-${number}`);
    await send(budget, "Record payment");
    await expect(rowOf(budget, name).getByText("Paid", { exact: true })).toBeVisible();
    const [file] = await Promise.all([
      budget.waitForEvent("download"),
      rowOf(budget, name)
        .getByRole("link", { name: /Download/ })
        .click(),
    ]);
    expect(await readFile(await file.path(), "utf8")).toBe(`Invoice ${number}\n`);

    await chooseStep(budget, reference, "Recover payment");
    await budget.getByLabel(new RegExp(`^Claim ${name.split("/")[1]}:`)).check();
    await fillDay(budget, "Received on", inDays(0));
    await budget.getByLabel("Receipt reference").fill(`REC-${number}`);
    await budget.getByLabel("Why you are recovering it").fill("It was paid twice.");
    await send(budget, "Recover payment");
    await contributor.goto(`/applications/${reference}`);
    await expect(rowOf(contributor, name)).toContainText("Recovered");
    await expect(rowOf(contributor, name)).toContainText("It was paid twice.");
    // The receipt belonged to something else: the money counts as paid again, and everybody can read why.
    await chooseStep(budget, reference, "Reverse recovery");
    await budget.getByLabel(new RegExp(`REC-${number}$`)).check();
    await budget.getByLabel("Why you are reversing it").fill("It was another agency's receipt.");
    await send(budget, "Reverse recovery");
    await contributor.reload();
    await expect(rowOf(contributor, name)).toContainText("was reversed");
    await expect(rowOf(contributor, name).getByRole("link", { name: `REST-${number}` })).toHaveCount(0);
    await rowOf(budget, name)
      .getByRole("link", { name: `REST-${number}` })
      .click();
    await expect(budget.getByRole("heading", { name: `Payment REST-${number}` })).toBeVisible();
    await expect(budget.getByRole("row").filter({ hasText: name })).toContainText("Part payment");
  });
}

test("payments from a finance system are previewed line by line and recorded; the list of claims exports what it shows", async ({
  as,
  portal,
}) => {
  const contributor = await as("contributor@police.example");
  const desk = await as("desk@mfat.example");
  const budget = await as("budget@mfat.example");
  const reference = await underWay(portal);
  const one = await claim(contributor, reference, "INV-LIST-1", "12.50");
  const two = await claim(contributor, reference, "INV-LIST-2", "7");
  for (const name of [one, two]) {
    await chooseStep(desk, reference, "Confirm work");
    await desk.getByLabel(new RegExp(`^Claim ${name.split("/")[1]}:`)).check();
    await send(desk, "Confirm work");
  }
  await chooseStep(budget, reference, "Approve claim");
  await budget.getByLabel(new RegExp(`^Claim ${one.split("/")[1]}:`)).check();
  await send(budget, "Approve claim");

  await budget.goto("/budget/claims");
  await budget.getByRole("link", { name: "Import payments" }).click();
  const csv = `Payment reference,Date paid,Claim,Amount\nRUN-1,${typed(inDays(0))},${one},$12.50\nRUN-2,${typed(inDays(0))},${two},7.00\n`;
  await budget
    .getByLabel("File (optional)")
    .setInputFiles({ name: "run.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await expect(budget.getByLabel("Lines from the finance system")).toHaveValue(csv);
  await budget.getByRole("button", { name: "Preview payments" }).click();
  await expect(budget.getByText("1 of 2 payments can be recorded now")).toBeVisible();
  await expect(budget.getByRole("row").filter({ hasText: two })).toContainText(`${two} is “Confirmed”.`);
  await budget.getByRole("button", { name: "Record 1 payment" }).click();
  await expect(budget.getByText("1 of 2 payments recorded: $12.50, GST exclusive.")).toBeVisible();
  const auditor = await as("auditor@mfat.example");
  await auditor.goto(budget.url());
  await expect(auditor.getByRole("row").filter({ hasText: one })).toContainText("Recorded");

  await budget.goto("/work");
  await expect(budget.getByRole("link", { name: `Approve claim for ${reference}` })).toBeVisible();
  await budget.goto("/applications");
  await budget.getByRole("link", { name: "Claims", exact: true }).click();
  await budget.getByLabel("State").selectOption({ label: "Paid" });
  await budget.getByRole("button", { name: "Search" }).first().click();
  await expect(budget).toHaveURL(/state=PAID/);
  // On a tablet as well, the page is as wide as its screen.
  await budget.setViewportSize({ width: 768, height: 900 });
  expect(await budget.evaluate(() => document.documentElement.scrollWidth)).toBe(768);
  const found = (await budget.getByRole("status").textContent()) ?? "";
  const [, count, cents] = /(\d+) claims · (\$[\d,.]+) in total/.exec(found) ?? [];
  const file = await (await budget.request.get("/budget/claims/export/csv?state=PAID")).text();
  expect(file.split("\r\n").filter((row) => row.startsWith("PSF-"))).toHaveLength(Number(count));
  expect(file).toContain(`Total,,,,,,,,,${cents?.replace(/[$,]/g, "")}`);
});

for (const javaScriptEnabled of [true, false]) {
  test(`several claims are confirmed, and approved after a look at their totals, JavaScript ${javaScriptEnabled ? "on" : "off"}`, async ({
    as,
    portal,
  }) => {
    const contributor = await as("contributor@police.example");
    const desk = await as("desk@mfat.example", { javaScriptEnabled });
    const budget = await as("budget@mfat.example", { javaScriptEnabled });
    const reference = await underWay(portal);
    const names = [
      await claim(contributor, reference, `INV-TWO-1-${javaScriptEnabled}`, "10.25"),
      await claim(contributor, reference, `INV-TWO-2-${javaScriptEnabled}`, "4.75"),
    ];

    for (const [page, link, tick, submit, done] of [
      [desk, "Confirm the work of several claims", "Confirm the work of", "Confirm the work of 2 claims", "confirmed"],
      [budget, "Approve several claims", "Approve", "Approve 2 claims", "approved"],
    ] as const) {
      await page.goto("/budget/claims");
      await page.getByRole("link", { name: link }).click();
      await page.getByRole("button", { name: "Preview the totals" }).click();
      await expect(page.getByRole("link", { name: "Tick at least one claim" })).toBeVisible();
      for (const name of names) await page.getByLabel(`${tick} ${name}`, { exact: true }).check();
      await page.getByRole("button", { name: "Preview the totals" }).click();
      const totals = page.getByRole("table", { name: "Totals by agency and financial year" });
      await expect(totals.getByRole("row").filter({ hasText: "New Zealand Police" })).toContainText("$15.00");
      await page.getByRole("button", { name: submit }).click();
      await expect(page.getByText(`2 of 2 claims ${done}: $15.00, GST exclusive.`)).toBeVisible();
    }
    await contributor.goto(`/applications/${reference}`);
    for (const name of names) await expect(rowOf(contributor, name)).toContainText("Approved");
  });
}
