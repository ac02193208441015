import type { Page } from "@playwright/test";
import { PAGES, PEOPLE, type PersonKey } from "./access.ts";
import { expect, pathOf, test } from "./fixtures.ts";
import { declareNoInterest } from "./steps/mfat.ts";

// Nothing typed is lost: every form that posts is found in the pages of the portal, filled, left, and found again. Like the pages,
// it comes first by its name: the journeys use up what the demonstration has in a state.

/** Everybody who has a form of their own: auditors and advisers read, and are asked now and then. */
const readers = [...new Set(PAGES.flatMap(([key]) => (key && key !== "auditor" && key !== "adviser" ? [key] : [])))];

/** What is typed into each kind of input. */
const TYPED = "Tāmaki Makaurau: “boats”, 3 of them";

type Input = { at: string; kind: string };

/** The inputs of the page's forms that post, which somebody types into or chooses from, and the form that each is of. */
const inputsOf = (page: Page): Promise<{ form: string; isKept: boolean; isOwn: boolean; inputs: Input[] }[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLFormElement>('main form[method="post" i]')].map((form, index) => {
      form.dataset.test = String(index);
      const inputs = [...form.elements].flatMap((element, at) => {
        const input = element as HTMLInputElement;
        const isHidden = input.type === "hidden" || input.closest("[aria-hidden=true]") !== null;
        if (!input.name || isHidden || /^(submit|button|fieldset|output|file)$/.test(input.type)) return [];
        input.dataset.test = String(at);
        const kind = input.inputMode && input.type === "text" ? input.inputMode : input.type;
        return [{ at: `form[data-test="${index}"] [data-test="${at}"]`, kind }];
      });
      const name = form.getAttribute("aria-label") ?? "";
      return {
        form: name,
        isKept: form.querySelector(".app-saved") !== null,
        isOwn: form.elements.namedItem("unsent.form") !== null,
        inputs,
      };
    }),
  );

/** Types into an input, or chooses the last of what it offers. */
async function fill(page: Page, { at, kind }: Input): Promise<void> {
  const input = page.locator(at);
  if (!(await input.isVisible())) return;
  if (kind === "radio") await input.check({ force: true });
  else if (kind === "checkbox") await input.setChecked(!(await input.isChecked()), { force: true });
  else if (kind === "select-one") {
    const last = await input.locator("option").last().getAttribute("value");
    await input.selectOption(last);
  } else if (kind === "numeric") await input.fill("7");
  else if (kind === "decimal") await input.fill("1,234.50");
  else if (kind === "email") await input.fill("somebody@kept.example");
  else await input.fill(TYPED);
}

/** What the inputs of a form hold, as it would be sent. */
const held = (page: Page, form: string): Promise<string[]> =>
  page.evaluate((name) => {
    const found = [...document.querySelectorAll<HTMLFormElement>("main form")].find(
      (one) => one.getAttribute("aria-label") === name,
    );
    return [...new FormData(found)]
      .filter(([key]) => !/^(\$|unsent\.|requestId$|revision$|shown$)/.test(key))
      .map(([key, value]) => `${key}: ${value}`);
  }, form);

for (const key of readers) {
  test(`every form of ${key} is found again elsewhere as it was left`, async ({ as, portal, complaints }) => {
    const here = await as(PEOPLE[key as PersonKey]);
    const there = await as(PEOPLE[key as PersonKey], { javaScriptEnabled: false });
    let count = 0;
    for (const [, pattern] of PAGES.filter(([reader]) => reader === key)) {
      const { path, reference } = await pathOf(portal, pattern);
      await here.goto(path);
      if (await here.getByLabel("I have no interest to declare").isVisible()) {
        await declareNoInterest(here, reference);
        await here.goto(path);
      }
      count += await tryForms(here, there, path);
    }
    expect(count, "forms").toBeGreaterThan(0);
    complaints.splice(0);
  });
}

/** Fills each form of a page, and finds it so elsewhere. Answers how many there were. */
async function tryForms(here: Page, there: Page, path: string): Promise<number> {
  await here.evaluate(() => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
  const typed = (await inputsOf(here)).filter(({ inputs }) =>
    inputs.some(({ kind }) => !/^(radio|checkbox)$/.test(kind)),
  );
  for (const { form, isKept } of typed) expect([path, form, isKept]).toEqual([path, form || "a name", true]);
  // Sections and assessments are kept as they are written, for others too: they have stories of their own.
  const own = typed.filter(({ isOwn }) => isOwn);
  if (!/\/sections\/(?!files)/.test(path)) expect(own).toEqual(typed);
  for (const { form, inputs } of own) {
    for (const input of inputs) await fill(here, input);
    await expect(here.locator(`main form[aria-label="${form}"] .app-saved`), `${form}, ${path}`).toContainText(
      /^Saved at/,
    );
    const left = await held(here, form);
    await there.goto(path);
    expect(await held(there, form), `${form}, ${path}`).toEqual(left);
    await there.getByRole("button", { name: "Clear what you typed" }).first().click();
  }
  return own.length;
}
