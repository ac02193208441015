import { expect, type Page } from "@playwright/test";
import { dayOf } from "#lib/platform/dates.ts";
import { answersOf } from "../../prisma/demo/answers.ts";
import { startOf } from "../../prisma/demo/plan.ts";
import { STORIES } from "../../prisma/demo/stories.ts";
import { chooseStep, fillDay, inDays, send } from "./forms.ts";

export const NEED = [
  "The security threat or gap",
  "Why it matters to the Pacific partner and to New Zealand",
  "Why New Zealand should act",
  "What else is being done, and who is doing it",
];

const fillAll = async (page: Page, labels: readonly string[], words = "Words that say it.") => {
  for (const label of labels) await page.getByLabel(label, { exact: true }).fill(words);
};

/** How to fill in each required section, by its title, in order. */
export const sectionWriters = (
  title: string,
  amounts: readonly [string, string],
): Record<string, (page: Page) => Promise<void>> => ({
  "The initiative": writeInitiative(title),
  People: async (page) => {
    await fillAll(page, ["Contributor", "Certifier", "Certifier’s position", "Finance contact"], "Somebody");
    const addresses = ["Contributor’s email address", "Certifier’s email address", "Finance contact’s email address"];
    await fillAll(page, addresses, "somebody@police.example");
  },
  "The need": (page) => fillAll(page, NEED),
  "Pacific partners": async (page) => {
    await page.getByLabel("Country").selectOption({ label: "Tonga" });
    await fillAll(page, ["Organisation", "What they asked for", "How partners will lead or own the work"]);
  },
  "What will be done": async (page) => {
    await fillAll(page, ["How the work will be done", "Activity or milestone", "Where"]);
    await fillDay(page, "By when", inDays(200));
  },
  Results: async (page) => {
    await fillAll(page, ["Outcome", "Indicator", "Baseline", "Target"]);
    await fillDay(page, "Target date", inDays(290));
  },
  Budget: writeBudget(amounts),
  "Value and sustainability": (page) =>
    fillAll(page, ["Value for money", "Procurement", "What happens when the funding ends"]),
  Risks: async (page) => {
    await page.getByLabel("Likelihood").selectOption({ label: "Likely" });
    await page.getByLabel("Consequence").selectOption({ label: "Severe" });
    await fillAll(page, ["Risk", "Treatment", "Owner", "Gender", "Human rights", "Environment", "Health and safety"]);
    await page.getByLabel("Medium", { exact: true }).check();
  },
  ODA: async (page) => {
    await page.getByLabel("Yes", { exact: true }).check();
    await fillAll(page, ["Reasons for your answer"]);
    await page.getByLabel("DAC purpose code").selectOption("15132");
  },
});

async function saveSection(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save and continue" }).click();
  await expect(page.getByText("is saved")).toBeVisible();
}

/** Saves a section and goes back to the list of sections, wherever saving leads. */
async function saveAndGoBack(page: Page): Promise<void> {
  await saveSection(page);
  await page.goto(page.url().replace(/(\/applications\/[^/]+\/).*/, "$1sections"));
}

/** Answers yes to every question about what the fund can help with. */
export async function sayEligible(page: Page): Promise<void> {
  // The last thing on the page: until it is there, some questions are missing.
  await expect(page.getByRole("button", { name: "Start" })).toBeVisible();
  for (const yes of await page.getByLabel("Yes", { exact: true }).all()) await yes.check();
}

async function beginDraft(page: Page): Promise<string> {
  await page.goto("/home");
  await page.getByRole("link", { name: "Start an application" }).click();
  await sayEligible(page);
  await page.getByLabel("Open all year", { exact: true }).check();
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "New application" })).toBeVisible();
  return /PSF-\d{4}-\d{4}/.exec(page.url())?.[0] ?? "";
}

/** A contributor starts a draft and writes all of its sections. Returns its reference. */
export async function writeApplication(page: Page, title: string, amounts: readonly [string, string]): Promise<string> {
  const reference = await beginDraft(page);
  for (const [section, write] of Object.entries(sectionWriters(title, amounts))) {
    await page.getByRole("link", { name: new RegExp(`^\\d+\\. ${section}$`) }).click();
    await write(page);
    await saveAndGoBack(page);
  }
  await expect(page.getByText("You have completed 10 of 10 required sections")).toBeVisible();
  return reference;
}

/**
 * A contributor starts a draft, whose sections are then saved as by autosave: for tests of what comes after writing.
 * Returns its reference.
 */
export async function beginWholeDraft(page: Page): Promise<string> {
  const reference = await beginDraft(page);
  const story = STORIES.find(({ agency, end }) => agency === "NZ Police" && end === "ACTIVE");
  if (!story) throw new Error("The demonstration tells no such story.");
  const today = dayOf(new Date());
  for (const [section, values] of answersOf(story, "Somebody", "police.example", startOf(story, today, today))) {
    const form = new FormData();
    for (const [name, value] of Object.entries(values)) for (const one of [value].flat()) form.append(name, one);
    const headers = { origin: new URL(page.url()).origin };
    const answer = await page.request.post(`/api/sections/${reference}/${section}`, { form, headers });
    expect([section, await answer.json()]).toEqual([section, expect.objectContaining({ isWhole: true })]);
  }
  return reference;
}

const writeInitiative = (title: string) => async (page: Page) => {
  await page.getByLabel("Title of the initiative").fill(title);
  await page.getByLabel("Summary").fill("What will be done, in a few words.");
  await page.getByLabel("Tonga", { exact: true }).check();
  await page.getByLabel("Percentage for Tonga").fill("70");
  await page.getByLabel("Samoa", { exact: true }).check();
  await page.getByLabel("Percentage for Samoa").fill("30");
  await page.getByLabel("Transnational crime", { exact: true }).check();
  await page.getByLabel("Main focus area").selectOption({ label: "Transnational crime" });
  await fillDay(page, "Planned start", inDays(60));
  await fillDay(page, "Planned end", inDays(300));
  await page.getByLabel("UNCLASSIFIED", { exact: true }).check();
};

const writeBudget = (amountsOf: readonly [string, string]) => async (page: Page) => {
  const line = page.getByRole("group", { name: "line 1", exact: true });
  await line.getByLabel("Category").selectOption({ label: "Training" });
  await line.getByLabel("Description").fill("Courses");
  const amounts = line.getByLabel(/^\d{4}\/\d\d$/);
  for (const [index, amount] of amountsOf.entries()) await amounts.nth(index).fill(amount);
};

export async function sendForSignOff(page: Page, reference: string): Promise<void> {
  await page.goto(`/applications/${reference}/sections`);
  await page.getByRole("link", { name: "Check your answers" }).click();
  await send(page, "Send for sign-off");
}

export async function signOffAndSubmit(page: Page, reference: string): Promise<void> {
  await chooseStep(page, reference, "Sign off and submit");
  for (const box of await page.getByRole("checkbox").all()) await box.check();
  await page.getByLabel("Your position").fill("National manager");
  await send(page, "Sign off and submit");
}

export async function acceptOffer(page: Page, reference: string): Promise<void> {
  await chooseStep(page, reference, "Accept offer");
  await page.getByRole("checkbox").check();
  await send(page, "Accept offer");
}
