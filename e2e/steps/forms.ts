import { expect, type Page } from "@playwright/test";
import { addDays, dayOf, earlierOf, financialYearOf, yearEndsOn } from "#lib/platform/dates.ts";

/** Opens an application's page by its reference. */
export const openApplication = (page: Page, reference: string) => page.goto(`/applications/${reference}`);

/** Presses what the panel "What you can do now" offers, which leads to the step's own page. */
export async function chooseStep(page: Page, reference: string, label: string): Promise<void> {
  await openApplication(page, reference);
  await page.getByRole("link", { name: label, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: label })).toBeVisible();
}

/** Sends the step's form and waits for the application's page, which says that it is done. */
export async function send(page: Page, label: string): Promise<void> {
  await page.getByRole("button", { name: label, exact: true }).click();
  await expect(page.getByRole("heading", { name: "Done", exact: true })).toBeVisible();
}

export async function fillDay(page: Page, group: string, day: Date): Promise<void> {
  const fields = page.getByRole("group", { name: group });
  await fields.getByLabel("Day").fill(String(day.getUTCDate()));
  await fields.getByLabel("Month").fill(String(day.getUTCMonth() + 1));
  await fields.getByLabel("Year").fill(String(day.getUTCFullYear()));
}

/** Today in New Zealand, or that many days from today. */
export const inDays = (days: number): Date => addDays(dayOf(new Date()), days);

/** In three weeks, or the last day of this financial year: an offer with its money must be answered by then. */
export const offerDay = (): Date => earlierOf(inDays(21), yearEndsOn(financialYearOf(inDays(0))));
