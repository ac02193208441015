import { expect, test } from "../fixtures.ts";
import { acceptOffer, sendForSignOff, signOffAndSubmit, writeApplication } from "../steps/agency.ts";
import {
  acceptForAssessment,
  assess,
  assignAssessors,
  available,
  declareNoInterest,
  moderate,
  recommend,
  sendOffer,
  takePlainStep,
} from "../steps/mfat.ts";

const cents = (text: string): number => Math.round(Number(text.replace(/[$,]/g, "")) * 100);

// With JavaScript, counted.spec.ts walks it.
test("an application from draft to accepted offer, by role, without JavaScript", async ({ as, newestMail }) => {
  const options = { javaScriptEnabled: false };
  const contributor = await as("contributor@police.example", options);
  const certifier = await as("certifier@police.example", options);
  const desk = await as("desk@mfat.example", options);
  const budget = await as("budget@mfat.example", options);

  const reference = await writeApplication(contributor, "Dogs at the wharf", ["100,000.10", "20,000.20"]);
  await sendForSignOff(contributor, reference);
  await newestMail(
    "certifier@police.example",
    (mail) => mail.subject?.includes(`${reference}: sent for sign-off`) ?? false,
  );
  await signOffAndSubmit(certifier, reference);
  const told = await newestMail(
    "psf@mfat.govt.nz",
    (mail) => mail.subject?.includes(`${reference}: submitted`) ?? false,
  );
  expect(told.subject).toBe(`[UNCLASSIFIED] ${reference}: submitted by New Zealand Police`);

  await declareNoInterest(desk, reference);
  await acceptForAssessment(desk, reference);
  await assignAssessors(desk, reference, ["Hēmi Walker", "Priya Raman"]);
  await assess(await as("assessor1@mfat.example", options), reference, "3");
  await assess(await as("assessor2@mfat.example", options), reference, "4");
  await moderate(desk, reference);
  const before = cents(await available(budget));
  await recommend(desk, reference, "Fund in full");
  expect(before - cents(await available(budget))).toBe(10_000_010);

  await declareNoInterest(budget, reference);
  await takePlainStep(budget, reference, "Confirm budget");
  const approver = await as("approver1@mfat.example", options);
  await declareNoInterest(approver, reference);
  await takePlainStep(approver, reference, "Approve");
  await sendOffer(desk, reference);
  await newestMail(
    "certifier@police.example",
    (mail) => mail.subject?.includes(`${reference}: offer sent by MFAT`) ?? false,
  );
  await acceptOffer(certifier, reference);
  await expect(certifier.getByText("Under way").first()).toBeVisible();
  expect(before - cents(await available(budget))).toBe(10_000_010);
  await newestMail("psf@mfat.govt.nz", (mail) => mail.subject?.includes(`${reference}: offer accepted`) ?? false);
});
