import { expect, type Page } from "@playwright/test";
import { chooseStep, fillDay, offerDay, openApplication, send } from "./forms.ts";

/** What everybody at MFAT does when they first open an application. */
export async function declareNoInterest(page: Page, reference: string): Promise<void> {
  await openApplication(page, reference);
  await page.getByLabel("I have no interest to declare").check();
  await page.getByRole("button", { name: "Declare interests" }).click();
  await expect(page.getByText("Your declaration is in the register of interests.")).toBeVisible();
}

export async function acceptForAssessment(page: Page, reference: string): Promise<void> {
  await chooseStep(page, reference, "Accept for assessment");
  for (const yes of await page.getByLabel("Yes", { exact: true }).all()) await yes.check();
  await send(page, "Accept for assessment");
}

export async function assignAssessors(page: Page, reference: string, names: readonly string[]): Promise<void> {
  await chooseStep(page, reference, "Assign assessors");
  for (const name of names) await page.getByLabel(name).check();
  await send(page, "Assign assessors");
}

/** Declares no interest, then gives every criterion the same score. */
export async function assess(page: Page, reference: string, score: "2" | "3" | "4"): Promise<void> {
  await declareNoInterest(page, reference);
  await completeAssessment(page, reference, score);
}

/** Gives every criterion the same score, after declaring. */
export async function completeAssessment(page: Page, reference: string, score: "2" | "3" | "4"): Promise<void> {
  await chooseStep(page, reference, "Complete assessment");
  await scoreAll(page, score);
  await send(page, "Complete assessment");
}

export async function scoreAll(page: Page, score: string): Promise<void> {
  for (const radio of await page.locator(`input[type=radio][value="${score}"]`).all()) await radio.check();
  for (const comment of await page.getByLabel(/^Comment on/).all()) await comment.fill("The answers support it.");
}

export async function moderate(page: Page, reference: string): Promise<void> {
  await chooseStep(page, reference, "Start moderation");
  await send(page, "Start moderation");
  await page.getByRole("link", { name: "Agree scores" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Agree scores" })).toBeVisible();
  await scoreAll(page, "3");
  await send(page, "Save agreed scores");
}

export async function recommend(page: Page, reference: string, outcome: string): Promise<void> {
  await chooseStep(page, reference, "Recommend");
  await page.getByLabel(outcome, { exact: true }).check();
  await page.getByLabel("Rationale").fill("The need is shown and the plan is sound.");
  await send(page, "Recommend");
}

export async function takePlainStep(page: Page, reference: string, label: string): Promise<void> {
  await chooseStep(page, reference, label);
  await send(page, label);
}

export async function sendOffer(page: Page, reference: string): Promise<void> {
  await chooseStep(page, reference, "Send offer");
  await expect(
    page.getByText(/^The Ministry of Foreign Affairs and Trade offers .+ \$[\d,]+\.\d\d, GST/),
  ).toBeVisible();
  await fillDay(page, "Last day to accept the offer", offerDay());
  await send(page, "Send offer");
}

/** A year's available sum, as the budget page shows it. */
export async function available(page: Page): Promise<string> {
  await page.goto("/budget");
  return (
    (await page
      .locator(".app-figures div", { hasText: /^Available/ })
      .locator("dd")
      .first()
      .textContent()) ?? ""
  );
}
