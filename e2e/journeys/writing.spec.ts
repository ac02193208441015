import type { Page } from "@playwright/test";
import { runSql } from "../../bin/test-server.ts";
import { expect, type Portal, test } from "../fixtures.ts";

/** A draft of New Zealand Police, and the contents of its section “The need”. */
async function draftOf(portal: Portal): Promise<{ reference: string; problem: () => Promise<string> }> {
  const ask = async (text: string, values: string[] = []) => (await runSql(portal.databaseUrl, text, values))[0];
  const { id, reference } = await ask(
    `SELECT a.id, a.reference FROM "Application" a JOIN "Agency" g ON g.id = a."agencyId"
      WHERE a.state = 'DRAFT' AND g.abbreviation = 'NZ Police' ORDER BY a.reference LIMIT 1`,
  );
  const problem = async () => {
    const row = await ask(`SELECT values FROM "ApplicationSection" WHERE "applicationId" = $1 AND section = 'need'`, [
      id,
    ]);
    return row?.values.threat ?? "";
  };
  return { reference, problem };
}

const openNeed = (page: Page, reference: string) => page.goto(`/applications/${reference}/sections/need`);
const problemOf = (page: Page) => page.locator("#threat");
const statusOf = (page: Page) => page.locator("form > [role=status]");

test("text is saved while somebody types", async ({ as, portal }) => {
  const page = await as("contributor@police.example");
  const { reference, problem } = await draftOf(portal);
  await openNeed(page, reference);
  await problemOf(page).fill("Boats without papers, Tāmaki 🛥");
  await expect(statusOf(page)).toHaveText(/^Saved at \d+:\d\d [ap]m\.$/);
  expect(await problem()).toBe("Boats without papers, Tāmaki 🛥");
  await page.reload();
  await expect(problemOf(page)).toHaveValue("Boats without papers, Tāmaki 🛥");
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test("what somebody types before a page’s code has loaded stays, in rows too, and so does their place in the text", async ({
  as,
  portal,
}) => {
  const page = await as("contributor@police.example");
  const { reference, problem } = await draftOf(portal);
  await openNeed(page, reference);
  await problemOf(page).fill("Saved long ago");
  await expect(statusOf(page)).toHaveText(/^Saved/);

  let [load, loaded] = [() => {}, Promise.resolve()];
  await page.route(/\.js(\?|$)/, async (route) => {
    await loaded;
    await route.continue();
  });
  const openWithoutCode = async (path: string) => {
    loaded = new Promise((resolve) => {
      load = resolve;
    });
    await page.goto(path, { waitUntil: "commit" });
  };
  await openWithoutCode(`/applications/${reference}/sections/need`);
  await problemOf(page).fill("Written early");
  await problemOf(page).press("ArrowUp");
  load();
  await expect(statusOf(page)).toHaveText(/^Saved/);
  await expect(problemOf(page)).toHaveValue("Written early");
  expect(await problem()).toBe("Written early");
  await page.keyboard.type("This was ");
  await expect(problemOf(page)).toHaveValue("This was Written early");
  await expect.poll(problem).toBe("This was Written early");

  const description = page.locator("#lines [name$='.description']").first();
  await page.goto(`/applications/${reference}/sections/budget`);
  await description.fill("Saved long ago");
  await expect(statusOf(page)).toHaveText(/^Saved/);
  await openWithoutCode(`/applications/${reference}/sections/budget`);
  await description.fill("Written early");
  load();
  await expect(statusOf(page)).toHaveText(/^Saved/);
  await expect(description).toHaveValue("Written early");
  await page.getByRole("button", { name: "Remove line 1", exact: true }).click();
  await page.getByRole("button", { name: "Save and finish later" }).click();
  await expect(page.getByText("“Budget” is saved.")).toBeVisible();
});

test("when the connection is lost, typing continues, is kept, and is sent once it is back", async ({
  as,
  portal,
  complaints,
}) => {
  const page = await as("contributor@police.example");
  const { reference, problem } = await draftOf(portal);
  await openNeed(page, reference);
  await problemOf(page).fill("First");
  await expect(statusOf(page)).toHaveText(/^Saved/);
  await page.context().setOffline(true);
  await problemOf(page).fill("First, and on a ship");
  await expect(statusOf(page)).toHaveText(/^No connection/);
  await page.getByRole("button", { name: "Save and continue" }).click();
  await expect(problemOf(page)).toHaveValue("First, and on a ship");
  expect(await problem()).toBe("First");
  await page.context().setOffline(false);
  await expect(statusOf(page)).toHaveText(/^Saved/);
  expect(await problem()).toBe("First, and on a ship");
  complaints.splice(0);
});

test("what a closed page had not sent is filled in again, at the same field", async ({ as, portal, complaints }) => {
  const page = await as("contributor@police.example");
  const { reference, problem } = await draftOf(portal);
  await openNeed(page, reference);
  await problemOf(page).fill("Sent");
  await expect(statusOf(page)).toHaveText(/^Saved/);
  await page.context().setOffline(true);
  await problemOf(page).fill("Sent, and not sent");
  await expect(statusOf(page)).toHaveText(/^No connection/);
  await page.close();
  await page.context().setOffline(false);
  expect(await problem()).toBe("Sent");
  const later = await page.context().newPage();
  await openNeed(later, reference);
  await expect(problemOf(later)).toHaveValue("Sent, and not sent");
  await expect(problemOf(later)).toBeFocused();
  await expect(statusOf(later)).toHaveText(/^Saved/);
  expect(await problem()).toBe("Sent, and not sent");
  complaints.splice(0);
});

test("when the session ends, the text is still there after signing in again", async ({ as, portal, complaints }) => {
  const page = await as("contributor@police.example");
  const { reference, problem } = await draftOf(portal);
  await openNeed(page, reference);
  await problemOf(page).fill("Before");
  await expect(statusOf(page)).toHaveText(/^Saved/);
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await problemOf(page).fill("Before, and after");
  await expect(statusOf(page)).toHaveText(/^You are signed out/);
  await page.getByRole("button", { name: "Save and continue" }).click();
  await expect(problemOf(page)).toHaveValue("Before, and after");
  await page.getByRole("link", { name: "sign in again" }).click();
  await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(`/applications/${reference}/sections/need`)}`);
  await page.context().addCookies(cookies);
  await openNeed(page, reference);
  await expect(problemOf(page)).toHaveValue("Before, and after");
  await expect(problemOf(page)).toBeFocused();
  await expect(statusOf(page)).toHaveText(/^Saved/);
  expect(await problem()).toBe("Before, and after");
  // Every attempt without a session, including the one on leaving the page.
  const refused = complaints.splice(0);
  expect(refused).toEqual(refused.map(() => expect.stringContaining("status of 401")));
});

test("what the server refuses stays in the browser until it is accepted", async ({ as, portal, complaints }) => {
  const page = await as("contributor@police.example");
  const { reference, problem } = await draftOf(portal);
  const hold = (since: string) =>
    runSql(
      portal.ownerUrl,
      `SET session_replication_role = replica; UPDATE "Application" SET "heldAt" = ${since} WHERE reference = '${reference}'`,
    );
  await openNeed(page, reference);
  await hold("now()");
  try {
    await problemOf(page).fill("Written while it was put on hold");
    await expect(statusOf(page)).toContainText("is not open for changes");
    await page.getByRole("button", { name: "Save and finish later" }).click();
    await expect(page.getByRole("heading", { name: "There is a problem" })).toBeVisible();
  } finally {
    await hold("NULL");
  }
  complaints.splice(0);
  await openNeed(page, reference);
  await expect(problemOf(page)).toHaveValue("Written while it was put on hold");
  await expect(statusOf(page)).toHaveText(/^Saved/);
  expect(await problem()).toBe("Written while it was put on hold");
});

for (const javaScriptEnabled of [true, false]) {
  test(`if two people write in one section, the second chooses, field by field (JavaScript ${javaScriptEnabled ? "on" : "off"})`, async ({
    as,
    portal,
  }) => {
    const { reference, problem } = await draftOf(portal);
    const first = await as("contributor@police.example", { javaScriptEnabled });
    const second = await as("contributor@police.example", { javaScriptEnabled: false });
    const [ofFirst, ofSecond] = [`Of the first, ${javaScriptEnabled}`, `Of the second, ${javaScriptEnabled}`];
    await openNeed(first, reference);
    await openNeed(second, reference);
    await problemOf(second).fill(ofSecond);
    await second.getByRole("button", { name: "Save and finish later" }).click();
    await expect(second.getByText("“The need” is saved.")).toBeVisible();
    await problemOf(first).fill(ofFirst);
    await first.getByRole("button", { name: "Save and finish later" }).click();
    await expect(first.getByRole("heading", { name: "There is a problem" })).toBeVisible();
    expect(await problem()).toBe(ofSecond);
    await expect(problemOf(first)).toHaveValue(ofFirst);
    const choice = first.getByRole("group", { name: /./ }).filter({ hasText: "You, in another window, changed this" });
    await expect(choice).toContainText(ofSecond);
    await choice.getByLabel("What I wrote (shown below)").check();
    await first.getByRole("button", { name: "Save and finish later" }).click();
    await expect(first.getByText("“The need” is saved.")).toBeVisible();
    expect(await problem()).toBe(ofFirst);
  });
}

test("what somebody else wrote meanwhile in another field is shown in that field", async ({ as, portal }) => {
  const { reference } = await draftOf(portal);
  const first = await as("contributor@police.example");
  const second = await as("contributor@police.example", { javaScriptEnabled: false });
  await openNeed(first, reference);
  await openNeed(second, reference);
  const whyOf = (page: Page) => page.getByLabel("Why New Zealand should act");
  await whyOf(second).fill("Of the second alone");
  await second.getByRole("button", { name: "Save and finish later" }).click();
  await problemOf(first).fill("Of the first alone");
  await expect(statusOf(first)).toHaveText(
    /^Saved at .* changed “Why New Zealand should act” while you were writing\. We kept their change\.$/,
  );
  await expect(whyOf(first)).toHaveValue("Of the second alone");
  await first.reload();
  await expect(whyOf(first)).toHaveValue("Of the second alone");
  await expect(problemOf(first)).toHaveValue("Of the first alone");
});

test("the back button shows a section as it was saved, and saving another field then loses nothing", async ({
  as,
  portal,
}) => {
  const { reference, problem } = await draftOf(portal);
  const page = await as("contributor@police.example");
  await openNeed(page, reference);
  await problemOf(page).fill("Saved before going back");
  await page.getByRole("button", { name: "Save and finish later" }).click();
  await expect(page.getByText("“The need” is saved.")).toBeVisible();
  await page.goBack();
  await expect(problemOf(page)).toHaveValue("Saved before going back");
  await page.getByLabel("Why New Zealand should act").fill("Written after going back");
  await expect(statusOf(page)).toHaveText(/^Saved/);
  expect(await problem()).toBe("Saved before going back");
});

test("a section that is left at once is saved, and only refused text is reported as kept in the browser", async ({
  as,
  portal,
}) => {
  const { reference, problem } = await draftOf(portal);
  const page = await as("contributor@police.example");
  const keptCount = () => page.evaluate(() => localStorage.length);
  const notice = page.getByText("only in this browser");
  await openNeed(page, reference);
  await problemOf(page).fill("Left at once");
  await page.getByRole("link", { name: "Back to the sections" }).click();
  await expect.poll(problem).toBe("Left at once");
  await expect.poll(keptCount).toBe(0);
  await expect(notice).toHaveCount(0);

  const other = await as("contributor@police.example", { javaScriptEnabled: false });
  await openNeed(page, reference);
  await openNeed(other, reference);
  await problemOf(other).fill("Of another window");
  await other.getByRole("button", { name: "Save and finish later" }).click();
  await expect(other.getByText("“The need” is saved.")).toBeVisible();
  await problemOf(page).fill("Of this window");
  await page.getByRole("link", { name: "Back to the sections" }).click();
  await expect(notice).toBeVisible();
  expect(await problem()).toBe("Of another window");
});

for (const javaScriptEnabled of [true, false]) {
  test(`budget lines are copied, moved and removed, and Enter saves (JavaScript ${javaScriptEnabled ? "on" : "off"})`, async ({
    as,
    portal,
  }) => {
    const { reference } = await draftOf(portal);
    const page = await as("contributor@police.example", { javaScriptEnabled });
    await page.goto(`/applications/${reference}/sections/budget`);
    const descriptions = page.locator("#lines [name$='.description']");
    const inOrder = (...words: string[]) =>
      expect
        .poll(async () =>
          (await descriptions.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value))).filter(Boolean),
        )
        .toEqual(words);
    const press = (step: string, line: number) =>
      page.getByRole("button", { name: `${step} line ${line}`, exact: true }).click();
    for (const [row, word] of ["First", "Second", "Third"].entries()) await descriptions.nth(row).fill(word);
    await press("Move down", 1);
    await inOrder("Second", "First", "Third");
    await press("Move up", 3);
    await inOrder("Second", "Third", "First");
    await press("Copy", 1);
    await inOrder("Second", "Second", "Third", "First");
    await press("Remove", 2);
    await inOrder("Second", "Third", "First");
    await descriptions.first().press("Enter");
    await expect(page.getByRole("heading", { name: "There is a problem" })).toBeVisible();
    await inOrder("Second", "Third", "First");
    for (const count of [3, 2, 1]) await press("Remove", count);
    await page.getByRole("button", { name: "Save and finish later" }).click();
    await expect(page.getByText("“Budget” is saved.")).toBeVisible();
  });
}

test("the word count is shown under the field, and text over the limit is saved with a warning", async ({
  as,
  portal,
}) => {
  const { reference, problem } = await draftOf(portal);
  const page = await as("contributor@police.example");
  await openNeed(page, reference);
  await problemOf(page).fill("two words");
  await expect(page.getByText("500 words at most; 2 written")).toBeVisible();
  const long = "word ".repeat(501).trim();
  await problemOf(page).fill(long);
  await expect(page.getByText("500 words at most; 501 written, 1 too many")).toBeVisible();
  await expect(statusOf(page)).toHaveText(
    /^Saved at .*, but something needs fixing\. The security threat .* it has 501\.$/,
  );
  expect(await problem()).toBe(long);
  await problemOf(page).fill("Short again");
  await expect(statusOf(page)).toHaveText(/^Saved at \d+:\d\d [ap]m\.$/);
});

test("with one form in two windows, changes to different fields both stay, and both texts of the same field are shown", async ({
  as,
}) => {
  const one = await as("desk@mfat.example");
  const other = await one.context().newPage();
  for (const page of [one, other]) await page.goto("/rounds/new");
  const [name, checklist] = ["Name", /^Screening checklist/];
  await one.getByLabel(name, { exact: true }).fill("Two windows");
  await expect(statusOf(one)).toHaveText(/^Saved at .* Not sent yet\.$/);
  await other.getByLabel(checklist).fill("Is there a boat?");
  await expect(statusOf(other)).toHaveText(/^Saved at /);
  await expect(other.getByLabel(name, { exact: true })).toHaveValue("Two windows");

  await one.getByLabel(name, { exact: true }).fill("The first window");
  await expect(statusOf(one)).toHaveText(/^Saved at /);
  await expect(one.getByLabel(checklist)).toHaveValue("Is there a boat?");
  await other.getByLabel(name, { exact: true }).fill("The second window");
  await expect(statusOf(other)).toContainText(
    "In another window you typed something else for “Name”: “The first window”",
  );
  await expect(other.getByLabel(name, { exact: true })).toHaveValue("The second window");

  await one.reload();
  await one.getByRole("button", { name: "Clear what you typed" }).click();
  await expect(one.getByLabel(name, { exact: true })).toHaveValue("");
});
