import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { fillDay, inDays } from "../steps/forms.ts";

const DESK = "desk@mfat.example";
const ADMIN = "admin@mfat.example";

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const group = (page: Page, name: string) => page.getByRole("group", { name, exact: true });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** Presses the button, and finds the same words in the summary, at the field and in the title. */
async function refused(page: Page, button: string, at: Locator, message: string): Promise<void> {
  await press(page, button);
  const summary = page.getByRole("region", { name: "There is a problem" });
  await expect(summary.getByRole("link", { name: message })).toBeVisible();
  await expect(at).toHaveAccessibleDescription(new RegExp(`Error:\\s+.*${message}`));
  await expect(page).toHaveTitle(/^Error: /);
}

/** How many lines on the newest page of the audit trail have this event, with this subject if named. */
async function audited(admin: Page, event: string, subject = ""): Promise<number> {
  await admin.goto(`/settings/audit?${new URLSearchParams({ event })}`);
  await expect(admin.getByRole("heading", { level: 1, name: "Audit trail" })).toBeVisible();
  return admin.locator("tbody tr").filter({ hasText: subject }).count();
}

for (const javaScriptEnabled of [true, false]) {
  const script = `JavaScript ${javaScriptEnabled ? "on" : "off"}`;
  const options = { javaScriptEnabled };
  /** Makes the names of the two runs different. */
  const turn = javaScriptEnabled ? "One" : "Two";

  test(`a round is refused, then added, ${script}`, async ({ as }) => {
    const [page, admin] = [await as(DESK, options), await as(ADMIN)];
    const name = `Round ${turn}`;
    await page.goto("/rounds/new");
    await field(page, "Name").fill(name);
    await fillDay(page, "Opens on", inDays(20));
    await fillDay(page, "Closes on", inDays(10));
    await refused(page, "Add round", group(page, "Closes on (optional)"), "The round must close after it opens");
    await expect(field(page, "Name")).toHaveValue(name);
    await expect(group(page, "Closes on (optional)").getByLabel("Day")).toHaveValue(`${inDays(10).getUTCDate()}`);
    expect(await audited(admin, "round.created", name)).toBe(0);

    await fillDay(page, "Closes on", inDays(40));
    await press(page, "Add round");
    await expect(page.getByText("You have added the round")).toBeVisible();
    await expect(page.getByRole("heading", { name: `${name} Draft` })).toBeVisible();
    expect(await audited(admin, "round.created", name)).toBe(1);
    await page.goto("/");
    await expect(page.getByText(name)).toHaveCount(0);
    await page.goto("/rounds");
    await page.getByRole("link", { name: `Preview and publish ${name}` }).click();
    await expect(page.getByRole("listitem").filter({ hasText: name })).toContainText("Closes");
    await press(page, "Publish round");
    await expect(page.getByRole("heading", { name: `${name} Upcoming` })).toBeVisible();
    await page.goto("/");
    await expect(page.getByText(name)).toBeVisible();
    await page.goto("/rounds");
    await page.getByRole("link", { name: `Take back ${name}` }).click();
    await field(page, "Why it is taken back").fill("Announced too early");
    await press(page, "Take back round");
    await expect(page.getByRole("heading", { name: `${name} Draft` })).toBeVisible();

    await page.goto("/rounds");
    await page.getByRole("link", { name: /^Change 20.* main round$/ }).click();
    const closes = group(page, "Closes on (optional)");
    const [year, month, day] = await Promise.all(
      ["Year", "Month", "Day"].map(async (part) => Number(await closes.getByLabel(part).inputValue())),
    );
    await fillDay(page, "Closes on", new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, (day ?? 0) - 1)));
    await press(page, "Change round");
    await page.getByLabel(/^Close the round earlier, on .* not submitted yet. We will email/).check();
    await press(page, "Change round");
    await expect(page.getByText("You have changed the round")).toBeVisible();

    await page.goto("/rounds/new");
    await field(page, "Name").fill(name);
    await fillDay(page, "Opens on", inDays(20));
    await refused(page, "Add round", field(page, "Name"), "There is already a round with this name");
    expect(await audited(admin, "round.created", name)).toBe(1);
  });

  test(`an agency is refused, added, refused and changed, ${script}`, async ({ as }) => {
    const [page, admin] = [await as(DESK, options), await as(ADMIN)];
    const name = `Agency ${turn}`;
    // A domain that another agency has raises a question.
    const domain = `${turn.toLowerCase()}.example`;
    await page.goto("/settings/agencies/new");
    await field(page, "Name").fill(name);
    await field(page, "Abbreviation").fill("Customs");
    await field(page, "Kind").selectOption({ label: "Crown entity" });
    await field(page, "Email domains (optional)").fill(`${domain}\nnot a domain`);
    await field(page, "No").check();
    await refused(page, "Add agency", field(page, "Email domains (optional)"), "“not” is not an email domain");
    await expect(field(page, "Name")).toHaveValue(name);
    await expect(field(page, "Kind")).toHaveValue("Crown entity");
    await expect(field(page, "Email domains (optional)")).toHaveValue(`${domain}\nnot a domain`);
    await expect(field(page, "No")).toBeChecked();
    await field(page, "Email domains (optional)").fill(domain);
    await refused(page, "Add agency", field(page, "Abbreviation"), "already has this abbreviation");
    expect(await audited(admin, "agency.created", name)).toBe(0);

    await field(page, "Abbreviation").fill(`A${turn}`);
    await press(page, "Add agency");
    await expect(page.getByText("You have added the agency")).toBeVisible();
    const row = page.getByRole("row", { name });
    await expect(row).toContainText(domain);
    expect(await audited(admin, "agency.created", name)).toBe(1);

    await row.getByRole("link").click();
    await field(page, "Name").fill("");
    await field(page, "Yes").check();
    await refused(page, "Save agency", field(page, "Name"), "Enter a name");
    await expect(field(page, "Yes")).toBeChecked();
    expect(await audited(admin, "agency.changed", name)).toBe(0);

    await field(page, "Name").fill(`${name} of the sea`);
    await press(page, "Save agency");
    await expect(page.getByText("You have saved the agency")).toBeVisible();
    await expect(page.getByRole("row", { name: `${name} of the sea` })).toContainText("Yes");
    expect(await audited(admin, "agency.changed", `${name} of the sea`)).toBe(1);
  });

  test(`a move to another agency is asked about, planned by keyboard and cancelled, ${script}`, async ({ as }) => {
    const page = await as(ADMIN, options);
    await page.goto("/settings/people?search=finance@police.example");
    await page.getByRole("link", { name: "Losa Fuimaono" }).click();
    await field(page, "New agency").selectOption({ label: "New Zealand Customs Service" });
    await field(page, "Email address there").fill("losa@police.example");
    const roles = group(page, "Roles there");
    await roles.getByLabel("Finance officer").focus();
    await page.keyboard.press("Space");
    await fillDay(page, "First day there", inDays(7));
    await page.getByRole("button", { name: "Move person" }).focus();
    await page.keyboard.press("Enter");
    const wrong = page.getByRole("link", { name: /^An email address of New Zealand Customs Service ends with / });
    await expect(wrong).toBeVisible();
    await field(page, "Email address there").fill("losa@customs.example");
    await page.getByRole("button", { name: "Move person" }).focus();
    await page.keyboard.press("Enter");
    const seen = page.getByLabel(/^I have read what Losa Fuimaono is responsible for/);
    const planned = page.getByText("You have planned the move");
    await expect(seen.or(planned)).toBeVisible();
    if (await seen.isVisible()) {
      await seen.check();
      await press(page, "Move person");
    }
    await expect(planned).toBeVisible();
    await expect(page.getByText("signs in with losa@customs.example from then on")).toBeVisible();
    await press(page, "Cancel move");
    await expect(page.getByText("You have cancelled the move")).toBeVisible();
    await expect(field(page, "New agency")).toBeVisible();
  });

  test(`a person is added, changed, given a delegation, signed out, ended and restored, ${script}`, async ({ as }) => {
    const [page, admin] = [await as(ADMIN, options), await as(ADMIN)];
    const name = `Person ${turn}`;
    const email = `person-${turn.toLowerCase()}@mfat.example`;
    const fact = (key: string) => page.locator(".govuk-summary-list__row", { hasText: key });

    await page.goto("/settings/people/new");
    await field(page, "Full name").fill(name);
    await field(page, "Email address").fill(ADMIN);
    await field(page, "Works for").selectOption({ label: "MFAT" });
    await field(page, "Contributor").check();
    await field(page, "Approver").check();
    await refused(page, "Add person", group(page, "Roles"), "A person of MFAT cannot be contributor");
    await expect(field(page, "Full name")).toHaveValue(name);
    await expect(field(page, "Works for")).toHaveValue("MFAT");
    await expect(field(page, "Approver")).toBeChecked();
    await field(page, "Contributor").uncheck();
    await refused(page, "Add person", field(page, "Email address"), "There is already a person with this address");
    await expect(field(page, "Email address")).toHaveValue(ADMIN);
    expect(await audited(admin, "person.created", name)).toBe(0);

    await field(page, "Email address").fill(email);
    await press(page, "Add person");
    await expect(page.getByText("You have added the person")).toBeVisible();
    await expect(fact("Can decide")).toContainText("Nothing. They have no delegation yet");
    expect(await audited(admin, "person.created", name)).toBe(1);

    await field(page, "Full name").fill(`${name} Anew`);
    await field(page, "Auditor").check();
    await refused(page, "Save", group(page, "Roles"), "An auditor changes nothing, so has no other role");
    await expect(field(page, "Full name")).toHaveValue(`${name} Anew`);
    await expect(field(page, "Auditor")).toBeChecked();
    await expect(fact("Roles")).not.toContainText("auditor");
    expect(await audited(admin, "person.changed", name)).toBe(0);
    await field(page, "Auditor").uncheck();
    await press(page, "Save");
    await expect(page.getByText("You have saved the name and roles")).toBeVisible();
    await expect(page.getByRole("heading", { level: 1, name: `${name} Anew` })).toBeVisible();
    expect(await audited(admin, "person.changed", name)).toBe(1);

    await field(page, "Up to a limit").check();
    await field(page, "Limit (optional)").fill("12.345");
    await field(page, "Reason").fill("Acting");
    await refused(page, "Ask for delegation change", field(page, "Limit (optional)"), "Limit must be an amount");
    await expect(field(page, "Limit (optional)")).toHaveValue("12.345");
    await expect(field(page, "Up to a limit")).toBeChecked();
    await expect(fact("Can decide")).toContainText("Nothing. They have no delegation yet");
    expect(await audited(admin, "delegation.changed", name)).toBe(0);
    await field(page, "Limit (optional)").fill("12,345.60");
    const here = page.url().replace(/\?.*/, "");
    await press(page, "Ask for delegation change");
    await expect(page.getByText("You have asked for the change")).toBeVisible();
    const second = await as("admin2@mfat.example", options);
    await second.goto("/changes");
    await second.getByRole("link", { name: `Delegation of ${name} Anew: up to $12,345.60` }).click();
    await press(second, "Confirm change");
    await expect(second.getByText(/^Confirmed; .+ We have emailed/)).toBeVisible();
    await page.goto(here);
    await expect(fact("Can decide")).toContainText("Up to $12,345.60");
    expect(await audited(admin, "delegation.changed", name)).toBe(1);

    const own = await as(email);
    await own.goto("/account");
    await expect(own.getByRole("heading", { level: 1, name: "Your account" })).toBeVisible();
    await page.reload();
    await press(page, "End all sessions");
    await expect(page.getByText("You have ended all their sessions")).toBeVisible();
    await own.goto("/account");
    await expect(own).toHaveURL(/\/sign-in/);
    expect(await audited(admin, "sessions.ended", name)).toBe(1);
    await press(page, "End account");
    await expect(page.getByText("You have ended the account and all its sessions")).toBeVisible();
    expect(await audited(admin, "person.ended", name)).toBe(1);
    await press(page, "Restore account");
    await expect(page.getByText("You have restored the account")).toBeVisible();
    expect(await audited(admin, "person.restored", name)).toBe(1);
  });

  test(`an envelope cannot be lowered below what is reserved and committed, and is raised, ${script}`, async ({
    as,
  }) => {
    const [page, admin] = [await as("budget@mfat.example", options), await as(ADMIN)];
    const change = field(page, "Change");
    const source = `Paper ${turn}`;
    const before = await audited(admin, "change.confirmed");
    await page.goto("/budget/adjust");
    const year = (await field(page, "Financial year").locator("option").nth(-2).textContent()) ?? "";
    await field(page, "Financial year").selectOption({ label: year });
    await change.fill("-99,000,000");
    await field(page, "Reason").fill("Savings ‘24’ – ā");
    await field(page, "Source").fill(source);
    await fillDay(page, "Effective on", inDays(5));
    await refused(page, "Ask for envelope change", group(page, "Effective on"), "Enter a date in");
    const begins = new Date(Date.UTC(Number(year.slice(0, 4)), 6, 1));
    await fillDay(page, "Effective on", begins);
    await refused(page, "Ask for envelope change", change, "is available");
    await expect(change).toHaveValue("-99,000,000");
    await expect(field(page, "Financial year").locator("option:checked")).toHaveText(year);
    await expect(field(page, "Reason")).toHaveValue("Savings ‘24’ – ā");
    await expect(field(page, "Source")).toHaveValue(source);
    await expect(group(page, "Effective on").getByLabel("Month")).toHaveValue("7");
    expect(await audited(admin, "change.confirmed")).toBe(before);

    await change.fill("1,000.50");
    await press(page, "Ask for envelope change");
    await expect(page.getByText("You have asked for the change")).toBeVisible();
    const second = await as("budget2@mfat.example", options);
    await second.goto("/changes");
    await second
      .getByRole("link", { name: `Envelope ${year}: raised by $1,000.50` })
      .first()
      .click();
    await expect(second.getByText(source)).toBeVisible();
    await press(second, "Confirm change");
    await expect(second.getByText(/^Confirmed; .+ We have emailed/)).toBeVisible();
    expect(await audited(admin, "change.confirmed")).toBe(before + 1);
  });

  test(`a mail is sent again, ${script}`, async ({ as }) => {
    const [page, admin] = [await as(ADMIN, options), await as(ADMIN)];
    const before = await audited(admin, "email.sentAgain");
    await page.goto("/settings/mail");
    await page.getByRole("button", { name: "Send again" }).first().click();
    await expect(page.getByText("The email is back in the queue")).toBeVisible();
    expect(await audited(admin, "email.sentAgain")).toBe(before + 1);
  });
}

test("a certifier adds somebody to their agency and ends the account again, without JavaScript, and the desk is told of both", async ({
  as,
  newestMail,
}) => {
  const page = await as("certifier@police.example", { javaScriptEnabled: false });
  await page.goto("/home");
  await page.getByRole("link", { name: "Your people" }).click();
  await expect(page.getByRole("row", { name: /contributor@police\.example/ })).toBeVisible();
  await expect(page.getByText("customs.example")).toHaveCount(0);
  await page.getByRole("link", { name: "Add a person" }).click();
  await page.getByRole("button", { name: "Add person" }).click();
  await expect(page.getByRole("link", { name: "Enter a full name" })).toBeVisible();
  await page.getByLabel("Full name").fill("Hana Pere");
  await page.getByLabel("Email address").fill("hana.pere@police.example");
  await page.getByLabel("Contributor", { exact: true }).check();
  await page.getByRole("button", { name: "Add person" }).click();
  await expect(page.getByText("You have added the person.")).toBeVisible();
  await newestMail("hana.pere@police.example", ({ subject }) => subject?.includes("You have an account") ?? false);
  const desk = "psf@mfat.govt.nz";
  await newestMail(desk, ({ subject }) => subject?.includes("Hana Pere added by its certifier") ?? false);
  await page.getByRole("button", { name: "End account" }).click();
  await expect(page.getByText("You have ended the account and all its sessions.")).toBeVisible();
  await newestMail(desk, ({ subject }) => subject?.includes("account of Hana Pere ended") ?? false);
  await expect(page.getByText("Nobody can sign in to this account.")).toBeVisible();
});
