import { expect, test } from "../fixtures.ts";
import { NEED } from "../steps/agency.ts";
import { inDays } from "../steps/forms.ts";
import { choose, faultOfFocus, pressOn, tabTo, typeDay, typeIn, walkThrough } from "../steps/keyboard.ts";

const POLICE = "contributor@police.example";

test("an agency writes an application by keyboard alone, and always sees where the focus is", async ({
  page,
  newestMail,
}) => {
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const link = (name: string) => page.getByRole("link", { name });

  await test.step("the skip link leads past the header", async () => {
    await page.goto("/sign-in");
    await tabTo(page, link("Skip to main content"));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
  });

  await test.step("signs in with a code, whose field has the focus when it is asked for", async () => {
    const askedAt = Date.now();
    await typeIn(page, "Email address", POLICE);
    await page.keyboard.press("Enter");
    await expect(page.getByLabel("Code", { exact: true })).toBeFocused();
    const isNew = ({ date, text }: { date?: Date; text?: string }) =>
      (date?.getTime() ?? 0) >= askedAt - 1_000 && /\b[A-Z2-9]{4}-[A-Z2-9]{4}\b/.test(text ?? "");
    const { text } = await newestMail(POLICE, isNew);
    await page.keyboard.type(/\b[A-Z2-9]{4}-[A-Z2-9]{4}\b/.exec(text ?? "")?.[0] ?? "");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/home/);
  });

  await test.step("begins a draft", async () => {
    await pressOn(page, link("Start an application"));
    await expect(page).toHaveURL(/\/applications\/new/);
    for (const question of ["Is it for", "Will your agency", "Can you name", "Will all the information"]) {
      await choose(page, question, "Yes");
    }
    await choose(page, "Round", "Open all year");
    await pressOn(page, button("Start"));
    await expect(page).toHaveURL(/\/sections$/);
  });

  await test.step("is led from the summary to what is wrong, and saves a section", async () => {
    await pressOn(page, link("3. The need"));
    await expect(page).toHaveURL(/\/sections\/need$/);
    await walkThrough(page);
    const [first = "", ...others] = NEED;
    await pressOn(page, button("Save and continue"));
    const summary = page.getByRole("region", { name: "There is a problem" });
    await expect(summary).toBeFocused();
    expect(await faultOfFocus(page)).toBeNull();
    await tabTo(page, summary.getByRole("link"));
    await page.keyboard.press("Enter");
    await expect(page.getByLabel(first, { exact: true })).toBeFocused();
    expect(await faultOfFocus(page)).toBeNull();
    await page.keyboard.type("Boats land at night.");
    for (const label of others) await typeIn(page, label, "Nobody looks.");
    await pressOn(page, button("Save and continue"));
    await expect(page.getByText("“The need” is saved")).toBeVisible();
    await expect(page).toHaveURL(/\/sections\/partners\?/);
    await pressOn(page, link("Back to the sections"));
    await expect(page).toHaveURL(/\/sections$/);
  });

  await test.step("keeps its place while rows come, move and go", async () => {
    await pressOn(page, link("5. What will be done"));
    await expect(page).toHaveURL(/\/sections\/activities$/);
    await expect(button("Remove activity 1")).toBeVisible();
    await walkThrough(page);
    const what = (row: number) =>
      page.getByRole("group", { name: `activity ${row}` }).getByLabel("Activity or milestone");
    const rows = async () =>
      Promise.all((await page.getByLabel("Activity or milestone").all()).map((field) => field.inputValue()));
    await typeIn(page, "How the work will be done", "One after the other.");
    await typeIn(page, "Activity or milestone", "Train");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Apia");
    await typeDay(page, inDays(200));

    await pressOn(page, button("Add an activity"));
    await expect(what(2)).toBeFocused();
    await page.keyboard.type("Buy");
    await pressOn(page, button("Copy activity 2"));
    await expect(what(3)).toBeFocused();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Report");
    expect(await rows()).toEqual(["Train", "Buy", "Report"]);

    await pressOn(page, button("Move up activity 3"));
    await expect(button("Move up activity 2")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(what(1)).toBeFocused();
    expect(await faultOfFocus(page)).toBeNull();
    expect(await rows()).toEqual(["Report", "Train", "Buy"]);

    await pressOn(page, button("Remove activity 1"));
    await expect(what(1)).toBeFocused();
    expect(await rows()).toEqual(["Train", "Buy"]);
    await pressOn(page, button("Remove activity 2"));
    await expect(what(1)).toBeFocused();
    expect(await rows()).toEqual(["Train"]);
    expect(await faultOfFocus(page)).toBeNull();
    await pressOn(page, button("Save and continue"));
    await expect(page.getByText("“What will be done” is saved")).toBeVisible();
    await pressOn(page, link("Back to the sections"));
    await expect(page.getByText("You have completed 3 of 10 required sections")).toBeVisible();
  });

  await test.step("the only row may go, and another one come", async () => {
    await pressOn(page, link("5. What will be done"));
    await expect(button("Remove activity 1")).toBeVisible();
    await pressOn(page, button("Remove activity 1"));
    await expect(button("Add an activity")).toBeFocused();
    expect(await faultOfFocus(page)).toBeNull();
    await page.keyboard.press("Enter");
    await expect(page.getByLabel("Activity or milestone")).toBeFocused();
  });
});

test("an approver decides by keyboard alone", async ({ as }) => {
  const page = await as("approver2@mfat.example");
  await page.goto("/work");
  const row = page.getByRole("row", { name: /MPI/ });
  await pressOn(page, row.getByRole("link").first());
  await expect(page).toHaveURL(/\/applications\/PSF-/);
  await choose(page, "Do you have an interest in this application?", "I have no interest to declare");
  await pressOn(page, page.getByRole("button", { name: "Declare interests" }));
  await expect(page.getByText("Your declaration is in the register of interests.")).toBeVisible();
  await expect(page).toHaveURL(/\/approve\?/);
  await walkThrough(page);
  await pressOn(page, page.getByRole("button", { name: "Approve", exact: true }));
  await expect(page.getByRole("heading", { name: "Done", exact: true })).toBeVisible();
});
