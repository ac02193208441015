import type { Page } from "@playwright/test";
import { dayOf } from "#lib/platform/dates.ts";
import { PEOPLE } from "../access.ts";
import { expect, referenceOf, test } from "../fixtures.ts";
import { chooseStep, fillDay, inDays, openApplication, send } from "../steps/forms.ts";
import { declareNoInterest } from "../steps/mfat.ts";

test("an agency reports and the desk answers, without JavaScript; after a termination the money is settled by line", async ({
  as,
  portal,
  newestMail,
}) => {
  const reference = await referenceOf(portal, "ACTIVE");
  const contributor = await as("contributor@police.example", { javaScriptEnabled: false });
  const desk = await as("desk@mfat.example", { javaScriptEnabled: false });

  await contributor.goto("/home");
  await expect(contributor.getByRole("row", { name: new RegExp(`${reference}.*report 2`) })).toBeVisible();
  await chooseStep(contributor, reference, "Submit report");
  await contributor.getByLabel("Progress", { exact: true }).fill("The second course was held.");
  await contributor.getByRole("button", { name: "Save for later" }).click();
  await expect(contributor.getByText("Saved. You can continue later.")).toBeVisible();
  await contributor.getByRole("button", { name: "Submit report" }).click();
  await expect(
    contributor.getByRole("link", { name: "Milestone 1: Choose complete, in progress or not started" }),
  ).toBeVisible();
  await expect(contributor.getByLabel("Progress", { exact: true })).toHaveValue("The second course was held.");
  await writeReport(contributor, "40 of 60 officers were assessed as able.");
  await send(contributor, "Submit report");

  await desk.goto("/work");
  await expect(desk.getByRole("row", { name: new RegExp(`Accept report.*${reference}`) })).toBeVisible();
  await chooseStep(desk, reference, "Return report");
  await expect(desk.getByText("40 of 60 officers were assessed as able.").first()).toBeVisible();
  await desk.getByLabel("What needs to be fixed").fill("Say who assessed them.");
  await fillDay(desk, "New due date", inDays(10));
  await send(desk, "Return report");
  await newestMail(
    "contributor@police.example",
    ({ subject }) => subject?.includes(`${reference}: report returned`) ?? false,
  );

  await chooseStep(contributor, reference, "Submit report");
  await expect(contributor.getByText("Say who assessed them.").first()).toBeVisible();
  await contributor.getByLabel(/^Outcome 1/).fill("40 of 60 were assessed as able by the partner’s trainers.");
  await send(contributor, "Submit report");
  await chooseStep(desk, reference, "Accept report");
  await send(desk, "Accept report");
  // Accepted in error: it is reopened with a reason, and accepted again.
  await chooseStep(desk, reference, "Reopen report");
  await desk.getByLabel("Report 2 (progress)").check();
  await desk.getByLabel("Why you are reopening it").fill("Its second milestone was not read.");
  await send(desk, "Reopen report");
  await chooseStep(desk, reference, "Accept report");
  await send(desk, "Accept report");
  await contributor.goto(`/applications/${reference}/reports/2`);
  await expect(contributor.getByText("IN-CONFIDENCE").first()).toBeVisible();
  await expect(contributor.getByText("by the partner’s trainers").first()).toBeVisible();
  const customs = await as("contributor@customs.example");
  expect((await customs.request.get(`/applications/${reference}/reports/2`)).status()).toBe(404);

  await chooseStep(desk, reference, "Change the schedule");
  await fillDay(desk, "Add a progress report due on", inDays(30));
  await desk.getByLabel("Why the schedule is changing").fill("The second course is followed more closely.");
  await send(desk, "Change the schedule");
  await expect(desk.getByRole("row", { name: /Report 4 \(progress\).*Due/ })).toBeVisible();
  await desk.goto("/reports");
  await desk.getByLabel("State").selectOption({ label: "Accepted" });
  await desk.getByRole("button", { name: "Search" }).first().click();
  await expect(desk.getByRole("row", { name: new RegExp(`${reference}.*Report 2`) })).toBeVisible();
  const file = await desk.request.get("/reports/export/csv?state=ACCEPTED");
  expect(await file.text()).toContain(reference);

  // Open claims are answered first.
  await openApplication(desk, reference);
  await expect(desk.getByText(/^Terminate:/)).toBeVisible();
  const answerAll = async (page: Page, step: string, why: string) => {
    for (;;) {
      await openApplication(page, reference);
      if (!(await page.getByRole("link", { name: step, exact: true }).isVisible())) break;
      await chooseStep(page, reference, step);
      await page.getByRole("radio").first().check();
      await page.getByLabel(why).fill("The partner withdrew.");
      await send(page, step);
    }
  };
  await answerAll(contributor, "Withdraw claim", "Why you are withdrawing it");
  // A budget officer returns claims that are already approved.
  await answerAll(await as(PEOPLE.budget), "Return claim", "Why you are returning it");
  await chooseStep(desk, reference, "Terminate");
  await desk.getByLabel("Why you are terminating it").fill("The partner withdrew.");
  await send(desk, "Terminate");
  const certifier = await as("certifier@police.example");
  await certifier.goto("/home");
  await expect(certifier.getByRole("row", { name: new RegExp(`${reference}.*Submit acquittal`) })).toBeVisible();
  await chooseStep(certifier, reference, "Submit acquittal");
  for (const [index, line] of (await certifier.getByLabel(/^Line \d/).all()).entries()) {
    await line.fill(index ? "0" : "100,000");
  }
  await certifier.getByLabel("What was achieved").fill("One course was held.");
  await certifier.getByLabel("Lessons learned").fill("Begin with the instructors.");
  await send(certifier, "Submit acquittal");
  await expect(certifier.getByRole("row", { name: /Instructors and mentors.*\$100,000\.00/ })).toBeVisible();

  const budget = await as("budget@mfat.example");
  await openApplication(budget, reference);
  if (await budget.getByLabel("I have no interest to declare").isVisible()) await declareNoInterest(budget, reference);
  await openApplication(budget, reference);
  await expect(budget.getByText(/Recover \$[\d,.]+ first/)).toBeVisible();
  // It is returned with a reason because of a mistake, and what was submitted can still be read.
  await chooseStep(budget, reference, "Return acquittal");
  await budget.getByLabel("Why you are returning it").fill("The lessons are those of another course.");
  await send(budget, "Return acquittal");
  await chooseStep(certifier, reference, "Submit acquittal");
  await expect(certifier.getByLabel(/^Line 1/)).toHaveValue("100,000.00");
  await certifier.getByLabel("Lessons learned").fill("Begin with the instructors’ own course.");
  await send(certifier, "Submit acquittal");
  await certifier.getByText("Version 1, as it was submitted and returned").click();
  await expect(certifier.getByText("The lessons are those of another course.").last()).toBeVisible();
  await chooseStep(budget, reference, "Record recovery");
  await expect(budget.getByLabel("Amount")).toHaveValue(/^[\d,]+\.\d\d$/);
  await budget.getByRole("radio").first().check();
  await fillDay(budget, "Received on", dayOf(new Date()));
  await budget.getByLabel("Receipt reference").fill(`REC-${reference}`);
  await send(budget, "Record recovery");
  await chooseStep(budget, reference, "Confirm surplus");
  await send(budget, "Confirm surplus");
  await expect(budget.getByText(/that was paid and recovered/)).toBeVisible();
});

async function writeReport(page: Page, reached: string): Promise<void> {
  for (const outcome of await page.getByLabel(/^Outcome \d/).all()) await outcome.fill(reached);
  for (const done of await page.getByLabel("Complete", { exact: true }).all()) await done.check();
  await page.getByLabel("Fund money spent so far").fill("200,000");
}

test("an initiative cost more than the fund’s money: its agency bears the rest, and claims what the fund still owes first", async ({
  as,
  portal,
}) => {
  const reference = await referenceOf(portal, "CLOSING", "NZDF");
  const certifier = await as("certifier@nzdf.example", { javaScriptEnabled: false });
  const budget = await as("budget@mfat.example", { javaScriptEnabled: false });
  await openApplication(budget, reference);
  if (await budget.getByLabel("I have no interest to declare").isVisible()) await declareNoInterest(budget, reference);
  await chooseStep(budget, reference, "Return acquittal");
  await budget.getByLabel("Why you are returning it").fill("The cost of the ship is missing.");
  await send(budget, "Return acquittal");

  await chooseStep(certifier, reference, "Submit acquittal");
  await expect(certifier.getByText(/even if it is more than the fund’s money/)).toBeVisible();
  const lines = await certifier.getByLabel(/^Line \d/).all();
  for (const [index, line] of lines.entries()) await line.fill(index ? "0" : "2,000,000.05");
  await send(certifier, "Submit acquittal");
  await expect(
    certifier.getByText(/If the fund still owes some of the cost, the agency claims it first/),
  ).toBeVisible();
  await expect(certifier.getByText("Borne by the agency").first()).toBeVisible();

  await budget.goto(`/applications/${reference}/confirm-surplus`);
  await expect(budget.getByText(/The agency needs to claim .* first/)).toBeVisible();
  await expect(budget.getByText("above the fund’s money, so we do not pay it")).toBeVisible();
});
