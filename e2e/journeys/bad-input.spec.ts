import { expect, test } from "../fixtures.ts";
import { beginWholeDraft, sayEligible, sendForSignOff } from "../steps/agency.ts";
import { fillDay, inDays } from "../steps/forms.ts";

test("errors in a section are shown at the field and in the summary, what was typed stays, and nothing is saved", async ({
  as,
  complaints,
}) => {
  const page = await as("contributor@police.example");
  await page.goto("/applications/new");
  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("link", { name: "Choose a round" })).toBeVisible();
  await sayEligible(page);
  await page.getByLabel("Open all year", { exact: true }).check();
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByRole("link", { name: "1. The initiative" }).click();
  await page.getByLabel("Summary").fill("word ".repeat(101));
  await page.getByLabel("Endorsement").fill("Tokelau’s own 🐟 ‮ ā");
  await fillDay(page, "Planned start", inDays(90));
  await fillDay(page, "Planned end", inDays(30));
  await page.getByLabel("RESTRICTED").check();
  // What may not be stored here is not stored by autosave either.
  await expect(page.getByRole("status").getByText(/^Not saved\. The portal can hold/)).toBeVisible();
  await page.getByRole("button", { name: "Save and continue" }).click();
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary.getByRole("link", { name: "Enter a title" })).toBeVisible();
  await expect(summary.getByRole("link", { name: "100 words or fewer; it has 101" })).toBeVisible();
  await expect(summary.getByRole("link", { name: "Planned end must be on or after the planned start" })).toBeVisible();
  await expect(summary.getByRole("link", { name: "The portal can hold information up to" })).toBeVisible();
  await expect(page.getByLabel("Endorsement")).toHaveValue("Tokelau’s own 🐟 ‮ ā");
  await summary.getByRole("link", { name: "Enter a title" }).click();
  await expect(page.getByLabel("Title of the initiative")).toBeFocused();
  await page.goBack();
  await page.getByRole("link", { name: "Back to the sections" }).click();
  await expect(page.getByText("You have completed 1 of 10 required sections")).toBeVisible();
  // The page of sections sends once more what an abandoned page had kept, and is refused too.
  await expect.poll(() => complaints.some((complaint) => /\/sections: .*409/.test(complaint))).toBe(true);
  expect(complaints.filter((complaint) => !complaint.includes("409"))).toEqual([]);
  complaints.length = 0;
});

for (const javaScriptEnabled of [true, false]) {
  test(`a stale page shows the current state and no step that is no longer possible; the same form twice acts once, JavaScript ${javaScriptEnabled ? "on" : "off"}`, async ({
    as,
  }) => {
    const first = await as("contributor@police.example");
    const reference = await beginWholeDraft(first);
    const second = await as("contributor@police.example", { javaScriptEnabled });
    await second.goto(`/applications/${reference}/discard`);
    await expect(second.locator(".app-lede")).toContainText("Draft");
    await sendForSignOff(first, reference);
    await second.getByRole("button", { name: "Discard" }).click();
    await expect(second.getByText(/Last step: sent for sign-off by .*We did not make your change/)).toBeVisible();
    await expect(second).toHaveTitle(/^Error: Discard/);
    await expect(second.locator(".app-lede")).toContainText("Waiting for sign-off");
    await expect(second.getByRole("button", { name: "Discard" })).toHaveCount(0);

    const certifier = await as("certifier@police.example", { javaScriptEnabled });
    await certifier.goto(`/applications/${reference}/return-to-contributor`);
    await certifier.getByLabel("What needs to change").fill("Say more");
    await certifier.getByRole("button", { name: "Return to contributor" }).dblclick();
    await expect(certifier.getByRole("heading", { name: "Done", exact: true })).toBeVisible();
    const history = certifier.getByRole("list", { name: "History" });
    await expect(history.getByText("Returned to the contributor")).toHaveCount(1);

    for (const path of ["", "/sections", "/send-for-sign-off"]) {
      await second.goto(`/applications/${reference}${path}`);
      await expect(second.getByRole("main").getByText("Say more").first()).toBeInViewport();
    }
  });
}

for (const javaScriptEnabled of [true, false]) {
  test(`an initiative that the fund cannot pay for gets the reason, and a way back to the answers, JavaScript ${javaScriptEnabled ? "on" : "off"}`, async ({
    as,
  }) => {
    const page = await as("contributor@police.example", { javaScriptEnabled });
    await page.goto("/applications/new");
    await sayEligible(page);
    const partner = page.getByRole("group", { name: /asked for it or agreed to it/ });
    await partner.getByLabel("No", { exact: true }).check();
    await page.getByLabel("Open all year", { exact: true }).check();
    await page.getByRole("button", { name: "Start" }).click();
    await expect(page.getByText("you cannot name an organisation in the Pacific")).toBeVisible();
    await page.getByRole("link", { name: "Answer the questions again" }).click();
    await expect(partner.getByLabel("No", { exact: true })).toBeChecked();
    await expect(page.getByLabel("Yes", { exact: true }).first()).toBeChecked();
    await expect(page.getByLabel("Open all year", { exact: true })).toBeChecked();
  });
}
