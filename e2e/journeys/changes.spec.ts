import { expect, test } from "../fixtures.ts";
import { signOffAndSubmit } from "../steps/agency.ts";
import { chooseStep, send } from "../steps/forms.ts";

test("MFAT asks for changes: the named section opens with its reason, the others are read-only, and both sides see each changed word", async ({
  as,
}) => {
  const contributor = await as("contributor@customs.example");
  await contributor.goto("/home");
  await contributor.getByRole("link", { name: "Wildlife smuggling: joint operations" }).first().click();
  const reference = /PSF-\d{4}-\d{4}/.exec(contributor.url())?.[0] ?? "";
  await contributor.getByRole("link", { name: "Make the changes" }).click();
  await expect(contributor.getByText("MFAT has asked for changes, due by")).toBeVisible();
  await expect(contributor.getByText("Split the travel line by operation.")).toBeVisible();

  await contributor.getByRole("link", { name: "1. The initiative" }).click();
  await expect(contributor.getByText("This section is locked")).toBeVisible();
  await expect(contributor.getByText("Wildlife smuggling: joint operations").first()).toBeVisible();
  await expect(contributor.getByRole("button", { name: "Save and continue" })).toHaveCount(0);

  await contributor.goto(`/applications/${reference}/sections/need`);
  await expect(contributor.getByText("MFAT has asked for changes in this section, due by")).toBeVisible();
  const threat = contributor.getByLabel("The security threat or gap");
  const before = await threat.inputValue();
  await threat.fill(`${before} Seizures doubled in Tēmuka.`);
  await contributor.getByRole("button", { name: "Save and continue" }).click();
  await expect(contributor.getByText("is saved")).toBeVisible();

  await expect(contributor).toHaveURL(/\/sections\/budget\?saved=need$/);
  await expect(contributor.getByText("Split the travel line by operation.")).toBeVisible();
  await contributor.getByRole("link", { name: "Back to the sections" }).click();
  await contributor.getByRole("link", { name: "Check your answers" }).click();
  await expect(contributor.locator("ins")).toContainText("Seizures doubled in Tēmuka.");
  await expect(contributor.locator("del")).toHaveCount(0);
  await contributor.getByRole("button", { name: "Send for sign-off" }).click();
  await expect(contributor.getByRole("link", { name: "Enter your answer about “The need”" })).toBeVisible();
  await contributor.getByLabel("Your answer about “The need”").fill("We added what was seized in Tēmuka.");
  const budget = contributor.getByLabel("Your answer about “Budget”");
  await expect(budget).toHaveAccessibleDescription(/You have not changed this section/);
  await budget.fill("There is one operation only.");
  await send(contributor, "Send for sign-off");

  const certifier = await as("certifier@customs.example");
  await chooseStep(certifier, reference, "Sign off and submit");
  await expect(certifier.locator("ins")).toContainText("Seizures doubled in Tēmuka.");
  await signOffAndSubmit(certifier, reference);

  const desk = await as("desk@mfat.example", { javaScriptEnabled: false });
  await chooseStep(desk, reference, "Accept for assessment");
  await expect(desk.getByText("What changed between version 1 and version 2")).toBeVisible();
  await expect(desk.locator("ins")).toContainText("Seizures doubled in Tēmuka.");
  await expect(desk.locator("del")).toHaveCount(0);
  await expect(desk.getByText("There is one operation only.")).toBeVisible();
  await expect(desk.getByText("Nothing has changed in this section.")).toHaveCount(1);
  await desk.goto(`/applications/${reference}/changes`);
  await expect(desk.locator("ins").last()).toContainText("Seizures doubled in Tēmuka.");
});

test("colleagues comment on a section among themselves; the certifier sees a summary before signing", async ({
  as,
  newestMail,
}) => {
  const contributor = await as("contributor@police.example");
  await contributor.goto("/applications");
  await contributor.getByRole("link", { name: "Crowd safety at large events" }).click();
  const reference = /PSF-\d{4}-\d{4}/.exec(contributor.url())?.[0] ?? "";

  const certifier = await as("certifier@police.example", { javaScriptEnabled: false });
  await certifier.goto(`/applications/${reference}/sections/budget`);
  await certifier.getByRole("link", { name: "Colleagues’ comments on this section" }).click();
  await certifier.getByRole("button", { name: "Add comment" }).click();
  await expect(certifier.getByRole("link", { name: "Write the comment" })).toBeVisible();
  await certifier.getByLabel("Comment", { exact: true }).fill("Is the travel for two people?\nSay so in the line.");
  await expect(certifier.getByLabel("About")).toHaveValue("budget");
  await certifier.getByRole("button", { name: "Add comment" }).click();
  await expect(certifier.getByText("You have added a comment")).toBeVisible();

  const mail = await newestMail("contributor@police.example", ({ subject }) => subject?.includes("commented") ?? false);
  expect(mail.text).not.toContain("travel");
  await contributor.goto(`/applications/${reference}/comments`);
  await expect(contributor.getByText("Is the travel for two people?")).toBeVisible();

  await chooseStep(certifier, reference, "Sign off and submit");
  await expect(certifier.getByRole("heading", { name: "Summary" })).toBeVisible();
  await expect(certifier.getByText("1 comment from a colleague is open.")).toBeVisible();

  await contributor.getByRole("button", { name: "Mark as done" }).click();
  await expect(contributor.getByText("There are no open comments.")).toBeVisible();

  const desk = await as("desk@mfat.example");
  expect((await desk.request.get(`/applications/${reference}/comments`)).status()).toBe(404);
});
