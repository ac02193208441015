import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, signInOnce, startPortal, test } from "../fixtures.ts";
import { sayEligible, sectionWriters } from "../steps/agency.ts";
import { fillDay, offerDay } from "../steps/forms.ts";
import { available, scoreAll } from "../steps/mfat.ts";

type Count = { pages: number; presses: number };

/** Counts the pages that a person opens, and the links and buttons that they press. */
async function countOn(page: Page, count: Count): Promise<Page> {
  await page.exposeFunction("pressed", () => {
    count.presses += 1;
  });
  await page.addInitScript(() => {
    const { pressed } = window as unknown as { pressed: () => void };
    const isPressed = (target: EventTarget | null) => target instanceof Element && target.closest("a, button, summary");
    addEventListener("click", ({ target }) => isPressed(target) && pressed(), true);
  });
  let shown = "";
  page.on("framenavigated", (frame) => {
    const url = frame.url().split("#")[0] ?? "";
    if (frame === page.mainFrame() && url !== shown && url !== "about:blank") {
      count.pages += 1;
      shown = url;
    }
  });
  return page;
}

/** The figures of docs/journeys.md, by role. */
function documented(): Record<string, Count> {
  const rows = readFileSync("docs/journeys.md", "utf8").matchAll(/^\| ([^|]+) \| (\d+) \| (\d+) \|$/gm);
  return Object.fromEntries(
    [...rows].map(([, role = "", pages, presses]) => [role, { pages: Number(pages), presses: Number(presses) }]),
  );
}

// A portal of its own: other tests leave more tasks than "My work" lists.
test("it takes as many pages and presses from draft to accepted offer as the docs say", async ({ browser }) => {
  const { portal, stop } = await startPortal("counted");
  try {
    await walkAndCount(async (email) => {
      const page = await (await browser.newContext({ baseURL: portal.url })).newPage();
      await signInOnce(portal, page, email);
      return page;
    });
  } finally {
    await stop();
  }
});

async function walkAndCount(as: (email: string) => Promise<Page>): Promise<void> {
  const counts: Record<string, Count> = {};
  const begin = async (email: string, role: string) => {
    counts[role] ??= { pages: 0, presses: 0 };
    return countOn(await as(email), counts[role]);
  };
  const title = "Dogs at every wharf";
  /** Opens the home page and presses the task of the application. */
  const openTask = async (page: Page, task: string, home = "/work") => {
    await page.goto(home);
    await page
      .getByRole("row", { name: title })
      .or(page.getByRole("listitem").filter({ hasText: title }))
      .getByRole("link", { name: task })
      .first()
      .click();
  };
  const declare = async (page: Page) => {
    await page.getByLabel("I have no interest to declare").check();
    await page.getByRole("button", { name: "Declare interests" }).click();
    await expect(page.getByText("Your declaration is in the register of interests.")).toBeVisible();
  };
  const send = async (page: Page, label: string) => {
    await page.getByRole("button", { name: label, exact: true }).click();
    await page.waitForURL(/done=(?!interests)/);
  };
  const next = (page: Page, label: string) => page.getByRole("link", { name: label, exact: true }).first().click();

  const contributor = await begin("contributor@police.example", "contributor");
  await contributor.goto("/home");
  await next(contributor, "Start an application");
  await sayEligible(contributor);
  await contributor.getByLabel("Open all year", { exact: true }).check();
  await contributor.getByRole("button", { name: "Start" }).click();
  await next(contributor, "1. The initiative");
  // The agency's people are known from its last application.
  const { People: _, ...writers } = sectionWriters(title, ["100,000.10", "20,000.20"]);
  for (const [section, write] of Object.entries(writers)) {
    await expect(contributor.getByRole("heading", { level: 1, name: section })).toBeVisible();
    await write(contributor);
    await contributor.getByRole("button", { name: "Save and continue" }).click();
    await expect(contributor.getByText(`“${section}” is saved`)).toBeVisible();
  }
  await expect(contributor.getByRole("heading", { level: 1, name: "Check your answers" })).toBeVisible();
  await send(contributor, "Send for sign-off");

  const certifier = await begin("certifier@police.example", "certifier");
  await openTask(certifier, "Sign off and submit", "/home");
  for (const box of await certifier.getByRole("checkbox").all()) await box.check();
  await certifier.getByLabel("Your position").fill("National manager");
  await send(certifier, "Sign off and submit");

  const desk = await begin("desk@mfat.example", "desk officer");
  await openTask(desk, "Screen");
  await declare(desk);
  for (const yes of await desk.getByLabel("Yes", { exact: true }).all()) await yes.check();
  await send(desk, "Accept for assessment");
  await next(desk, "Assign assessors");
  for (const name of ["Hēmi Walker", "Priya Raman"]) await desk.getByLabel(name).check();
  await send(desk, "Assign assessors");

  for (const email of ["assessor1@mfat.example", "assessor2@mfat.example"]) {
    const assessor = await begin(email, "assessors, two");
    await openTask(assessor, "Declare interests");
    await declare(assessor);
    await scoreAll(assessor, "3");
    await send(assessor, "Complete assessment");
  }

  await openTask(desk, "Start moderation");
  await send(desk, "Start moderation");
  await next(desk, "Agree scores");
  await scoreAll(desk, "3");
  await send(desk, "Save agreed scores");
  await next(desk, "Recommend");
  await desk.getByLabel("Fund in full", { exact: true }).check();
  await desk.getByLabel("Rationale").fill("The need is shown and the plan is sound.");
  // Not counted: whoever looks at the fund meanwhile.
  const auditor = await as("auditor@mfat.example");
  const availableCents = async () => Math.round(Number((await available(auditor)).replace(/[$,]/g, "")) * 100);
  const before = await availableCents();
  await send(desk, "Recommend");
  expect(before - (await availableCents())).toBe(10_000_010);

  const budget = await begin("budget@mfat.example", "budget officer");
  await openTask(budget, "Confirm budget");
  await declare(budget);
  await send(budget, "Confirm budget");

  const approver = await begin("approver1@mfat.example", "approver");
  await openTask(approver, "Decide");
  await declare(approver);
  await send(approver, "Approve");

  await openTask(desk, "Send offer");
  await fillDay(desk, "Last day to accept the offer", offerDay());
  await send(desk, "Send offer");

  await openTask(certifier, "Accept offer", "/home");
  await certifier.getByRole("checkbox").check();
  await send(certifier, "Accept offer");
  expect(before - (await availableCents())).toBe(10_000_010);

  const sum = (of: keyof Count) => Object.values(counts).reduce((total, count) => total + count[of], 0);
  expect({ ...counts, together: { pages: sum("pages"), presses: sum("presses") } }).toEqual(documented());
}
