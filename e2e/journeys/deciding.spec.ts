import type { Locator, Page } from "@playwright/test";
import { getDocumentProxy } from "unpdf";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { expect, referenceOf, test } from "../fixtures.ts";
import { chooseStep, fillDay, openApplication, send } from "../steps/forms.ts";
import { declareNoInterest, sendOffer } from "../steps/mfat.ts";

const SAID = "Kate Morrison for Wiremu Grant";

test("a deputy approves for an approver, the desk previews a new text before saving it, and the agency reads the letter", async ({
  as,
  portal,
  newestMail,
}) => {
  const reference = await referenceOf(portal, "DECISION", "Customs");

  const approver = await as("approver2@mfat.example");
  await approver.goto("/account/deputies");
  await approver.getByLabel("Deputy", { exact: true }).selectOption({ label: "Kate Morrison" });
  const today = dayOf(new Date());
  await fillDay(approver, "First day", today);
  await fillDay(approver, "Last day", addDays(today, -1));
  await approver.getByRole("button", { name: "Name deputy" }).click();
  await expect(approver.getByRole("link", { name: "Last day must be the first day or later" })).toBeVisible();
  await fillDay(approver, "Last day", addDays(today, 5));
  await approver.getByRole("button", { name: "Name deputy" }).click();
  await expect(approver.getByRole("row", { name: /Kate Morrison/ })).toContainText("In force");
  await newestMail("approver1@mfat.example", ({ subject }) => /You are deputy for Wiremu Grant/.test(subject ?? ""));

  const deputy = await as("approver1@mfat.example", { javaScriptEnabled: false });
  await declareNoInterest(deputy, reference);
  await chooseStep(deputy, reference, "Approve");
  await expect(
    deputy.getByText("You are deciding as deputy for Wiremu Grant, whose delegation is without limit"),
  ).toBeVisible();
  await readBrief(deputy, reference);
  await send(deputy, "Approve");
  await expect(deputy.getByText(SAID).first()).toBeVisible();
  const told = await newestMail(
    "psf@mfat.govt.nz",
    ({ subject }) => subject?.includes(`${reference}: approved`) ?? false,
  );
  expect(told.text).toContain(`Decided by ${SAID}.`);

  const desk = await as("desk@mfat.example");
  await desk.goto("/settings/letters/offer");
  const text = desk.getByLabel("Text", { exact: true });
  const before = await text.inputValue();
  await text.fill(`Tēnā koutou {{agnecy}}\n\n${before}`);
  await desk.getByRole("button", { name: "Preview" }).click();
  await expect(desk.getByRole("link", { name: /^{{agnecy}} \(line 1\) is not a field of this letter/ })).toBeVisible();
  await text.fill(`Tēnā koutou {{agency}}\n\n${before}`);
  await desk.getByLabel("Preview with").selectOption(reference);
  await desk.getByRole("button", { name: "Preview" }).click();
  await expect(desk.getByRole("heading", { name: `Preview with ${reference}` })).toBeFocused();
  await expect(desk.getByText("Tēnā koutou New Zealand Customs Service", { exact: true })).toBeVisible();
  await desk.getByRole("button", { name: "Save as a new version" }).click();
  await expect(desk.getByRole("row", { name: /Version 2, in use/ })).toContainText("Mere Tūhoro");
  await sendOffer(desk, reference);

  const certifier = await as("certifier@customs.example");
  await openApplication(certifier, reference);
  await expect(certifier.getByText("Tēnā koutou New Zealand Customs Service", { exact: true })).toBeVisible();
  await expect(certifier.getByText("Kate Morrison")).toHaveCount(0);
  expect((await certifier.request.get(`/applications/${reference}/decision-note`)).status()).toBe(404);

  const auditor = await as("auditor@mfat.example");
  const note = await auditor.request.get(`/applications/${reference}/decision-note`);
  expect(note.headers()["content-disposition"]).toContain(`${reference}-decision-note.pdf`);
  const words = await wordsOf(await note.body());
  for (const part of [SAID, "IN-CONFIDENCE", "Weighted total of 100", "Ingrid Solomon", "Tēnā koutou New Zealand"]) {
    expect(words).toContain(part);
  }
});

test("a decline is reopened before the agency is told; a later one is announced by letter, and reopened with a correcting letter", async ({
  as,
  portal,
}) => {
  const reference = await referenceOf(portal, "UNSUCCESSFUL", "MPI");
  const approver = await as("approver2@mfat.example", { javaScriptEnabled: false });
  const certifier = await as("certifier@mpi.example");
  const reads = async (words: string) => {
    await openApplication(certifier, reference);
    await expect(certifier.getByText(words).first()).toBeVisible();
  };
  await reads("Being decided");
  await expect(certifier.getByRole("heading", { name: "Decision" })).toHaveCount(0);

  await chooseStep(approver, reference, "Reopen decision");
  await approver.getByRole("button", { name: "Reopen decision" }).click();
  await expect(approver.getByRole("link", { name: "Enter a reason" })).toBeVisible();
  await approver.getByLabel("Why you are reopening it").fill("Another initiative was meant");
  await send(approver, "Reopen decision");
  await expect(approver.getByText("Another initiative was meant").first()).toBeVisible();
  await reads("Being decided");

  await chooseStep(approver, reference, "Decline");
  await approver.getByLabel("Reason", { exact: true }).fill("It was meant after all");
  await approver.getByLabel("Message to the agency").fill("A regional body has begun this work.");
  await send(approver, "Decline");
  await reads("Being decided");
  await expect(certifier.getByText("A regional body has begun this work.")).toHaveCount(0);

  const desk = await as("desk@mfat.example");
  await chooseStep(desk, reference, "Send decision letter");
  await expect(desk.getByText("A regional body has begun this work.")).toBeVisible();
  await send(desk, "Send decision letter");
  await reads("A regional body has begun this work.");
  await expect(certifier.getByText("Declined").first()).toBeVisible();

  await chooseStep(approver, reference, "Reopen and send correction");
  await approver.getByLabel("Why you are reopening it").fill("The body has ended its work");
  await approver.getByLabel("Message to the agency").fill("The regional body has ended its work.");
  await send(approver, "Reopen and send correction");
  await reads("The regional body has ended its work.");
  await expect(certifier.getByText("That letter no longer applies.")).toBeVisible();
  await expect(certifier.getByText("Being decided").first()).toBeVisible();
  await expect(certifier.getByText("The body has ended its work")).toHaveCount(0);
});

/** Everything that the decision rests on is on the page where it is made. */
async function readBrief(page: Page, reference: string): Promise<void> {
  await expect(page.getByText("Instruments and training to find drugs in small parcels.")).toBeVisible();
  await expect(page.getByText("Fiji (50%), Tonga (50%)")).toBeVisible();
  await expect(page.getByText(/^Assessors gave [\d.]+ and [\d.]+: spread [\d.]+$/)).toBeVisible();
  const years = page.getByRole("table", { name: "Each financial year before and after this recommendation" });
  const [, first = []] = await cellsOf(years);
  const [before = 0, own = 0, after = 0] = first.slice(-3).map((cents) => Number(cents.replaceAll(/[$,]/g, "")));
  expect(own).toBe(210_000);
  expect(before - own).toBe(after);
  for (const side of ["Highest scores", "Lowest scores"]) {
    await expect(page.getByRole("heading", { name: side })).toBeVisible();
  }
  await expect(page.getByText("The service has told us of a team of six").first()).toBeVisible();
  await expect(page.getByText("Report on each result within three months of the end.").first()).toBeVisible();
  const awards = page.getByRole("table", { name: /^Money committed by earlier offers/ });
  await expect(awards.getByRole("row", { name: "Fiji" }).getByRole("link").first()).toBeVisible();
  await expect(awards.getByRole("row", { name: "New Zealand Customs Service" })).toContainText(
    "Container targeting cells",
  );
  for (const [what, who] of [
    ["Certified by", "New Zealand Customs Service"],
    ["Recommended by", "Mere Tūhoro"],
    ["Budget confirmed by", "Ingrid Solomon"],
  ] as const) {
    await expect(page.locator("dl > div", { hasText: what })).toContainText(who);
  }
  await page.getByText("Every financial year", { exact: true }).click();
  await expect(page.getByRole("columnheader", { name: "Pipeline" })).toBeVisible();
  const note = page.getByRole("link", { name: "Download the decision note (PDF)" });
  await expect(note).toHaveAttribute("href", `/applications/${reference}/decision-note`);
}

const cellsOf = async (table: Locator): Promise<string[][]> =>
  Promise.all((await table.getByRole("row").all()).map((row) => row.getByRole("cell").allTextContents()));

async function wordsOf(pdf: Buffer): Promise<string> {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  let words = "";
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    words += items.map((item) => ("str" in item ? item.str : "")).join(" ");
  }
  return words.replace(/\s+/g, " ");
}
