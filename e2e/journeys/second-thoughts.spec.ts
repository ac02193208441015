import { dayOf, financialYearOf, formatDay, formatDueDay, yearEndsOn } from "#lib/platform/dates.ts";
import { expect, referenceOf, test } from "../fixtures.ts";
import { acceptOffer } from "../steps/agency.ts";
import { chooseStep, fillDay, inDays, openApplication, send } from "../steps/forms.ts";
import { sendOffer } from "../steps/mfat.ts";

const yearEnd = yearEndsOn(financialYearOf(dayOf(new Date())));

test("the desk moves an offer's last day, withdraws and sends it again; declined or terminated in error, it is reopened", async ({
  as,
  portal,
  newestMail,
}) => {
  const reference = await referenceOf(portal, "OFFERED");

  const desk = await as("desk@mfat.example");
  await chooseStep(desk, reference, "Move the last day");
  await desk.getByLabel("Why you are moving it").fill("The cabinet there meets later.");
  await fillDay(desk, "New last day", inDays(800));
  await desk.getByRole("button", { name: "Move the last day" }).click();
  const tooLate = new RegExp(`^New last day must be ${formatDay(yearEnd)} or earlier\\. The offer has money from`);
  await expect(desk.getByRole("link", { name: tooLate })).toBeVisible();
  // Not the offer's own day: near the end of its year, that is already the last one.
  const other = inDays(1) < yearEnd ? inDays(1) : inDays(0);
  const certifier = await as("certifier@police.example");
  if (other < yearEnd) {
    await fillDay(desk, "New last day", other);
    await send(desk, "Move the last day");
    const moved = await newestMail(
      "certifier@police.example",
      ({ subject }) => subject?.includes(`${reference}: last day of the offer moved by MFAT`) ?? false,
    );
    expect(moved.text).toContain(`The last day to accept the offer is now ${formatDueDay(other)}`);
    await openApplication(certifier, reference);
    await expect(certifier.getByText(/^The last day to accept this offer was moved to/)).toBeVisible();
    await expect(certifier.getByText("The cabinet there meets later.").first()).toBeVisible();
  } else {
    // On 30 June the offer has its year's last day, and no other is possible: the desk is told so, and withdraws it.
    await fillDay(desk, "New last day", yearEnd);
    await desk.getByRole("button", { name: "Move the last day" }).click();
    const same = `${formatDay(yearEnd)} is already the last day. Enter another day`;
    await expect(desk.getByRole("link", { name: same })).toBeVisible();
  }

  const plain = await as("desk@mfat.example", { javaScriptEnabled: false });
  await chooseStep(plain, reference, "Withdraw offer");
  await plain.getByRole("button", { name: "Withdraw offer" }).click();
  await expect(plain.getByRole("link", { name: "Enter a reason" })).toBeVisible();
  await plain.getByLabel("Why you are withdrawing the offer").fill("It names the wrong conditions.");
  await send(plain, "Withdraw offer");
  await openApplication(certifier, reference);
  await expect(certifier.getByText(/^This offer was withdrawn on .* It can no longer be accepted\.$/)).toBeVisible();
  await expect(certifier.getByRole("link", { name: "Accept offer" })).toHaveCount(0);
  await sendOffer(plain, reference);

  await chooseStep(certifier, reference, "Decline offer");
  await expect(certifier.getByText(/the fund desk can reopen it within 20 working days/)).toBeVisible();
  await certifier.getByLabel("Why you are declining it").fill("Pressed the wrong button.");
  await send(certifier, "Decline offer");

  await chooseStep(plain, reference, "Reopen");
  await expect(plain.getByText("Reserved again")).toBeVisible();
  await expect(plain.getByRole("group", { name: "Last day to accept the offer" }).getByLabel("Year")).not.toHaveValue(
    "",
  );
  await plain.getByLabel("Why you are reopening it").fill("The agency declined by mistake.");
  await send(plain, "Reopen");
  await openApplication(certifier, reference);
  await expect(certifier.getByText("The agency declined by mistake.").first()).toBeVisible();
  await acceptOffer(certifier, reference);

  // An arrangement that was ended by mistake takes two people: a desk officer asks, a budget officer confirms.
  const budget = await as("budget@mfat.example");
  const available = async () => {
    await budget.goto(`/budget?year=${yearEnd.getUTCFullYear() - 1}`);
    return budget
      .locator(".app-figures div", { hasText: /^Available/ })
      .locator("dd")
      .first()
      .textContent();
  };
  const before = await available();
  await chooseStep(desk, reference, "Terminate");
  await expect(desk.getByText(/two people at MFAT can reopen it (within 20 working days|until)/)).toBeVisible();
  await desk.getByLabel("Why you are terminating it").fill("The wrong initiative was chosen.");
  await send(desk, "Terminate");
  await expect(desk.getByText(/We have emailed the fund desk and New Zealand Police/)).toBeVisible();
  expect(await available()).not.toBe(before);
  await chooseStep(desk, reference, "Ask to reopen");
  await desk.getByLabel("Why it should be reopened").fill("Another one was meant.");
  await send(desk, "Ask to reopen");
  await expect(desk.getByText(/waiting on the budget officer or the approver/).first()).toBeVisible();
  await expect(desk.getByRole("link", { name: "Confirm reopening" })).toHaveCount(0);
  const asking = await newestMail(
    "budget@mfat.example",
    ({ subject }) => subject?.includes(`${reference}: reopening asked for`) ?? false,
  );
  expect(asking.text).toContain("is waiting on the budget officer or the approver");
  await budget.goto("/work");
  await budget.getByRole("link", { name: `Confirm reopening for ${reference}` }).click();
  const declare = budget.getByLabel("I have no interest to declare");
  if (await declare.isVisible()) {
    await declare.check();
    await budget.getByRole("button", { name: "Declare interests" }).click();
  }
  await chooseStep(budget, reference, "Confirm reopening");
  await budget.getByLabel("Why you are reopening it").fill("It was terminated by mistake.");
  await send(budget, "Confirm reopening");
  expect(await available()).toBe(before);
  await openApplication(certifier, reference);
  await expect(certifier.getByText("It was terminated by mistake.").first()).toBeVisible();
  const done = await newestMail(
    "desk@mfat.example",
    ({ subject }) => subject?.includes(`${reference}: reopening confirmed`) ?? false,
  );
  expect(done.text).toContain("It is now “Under way”");
});
