import { randomBytes } from "node:crypto";
import type { BrowserContext, Cookie, Page } from "@playwright/test";
import { PAGES, PEOPLE, type PersonKey } from "./access.ts";
import { expect, type Portal, pathOf, signInOnce, startPortal, test } from "./fixtures.ts";
import { declareNoInterest } from "./steps/mfat.ts";

// Nothing typed is lost: every form that posts is found on the portal's pages, filled in, interrupted, and found again.

/** Everybody who has forms of their own; an auditor only reads. */
const readers = [...new Set(PAGES.flatMap(([key]) => (key && key !== "auditor" ? [key] : [])))];

// A portal of its own: text left in a form would appear in the forms of other tests.
let portal: Portal;
let stop: () => Promise<void>;
test.beforeAll(async ({ browser: _ }, { workerIndex }) => {
  ({ portal, stop } = await startPortal(`forms-${workerIndex}`));
});
test.afterAll(() => stop());

for (const key of readers) {
  test(`every form of ${key} is filled in again as it was left`, async ({ browser }) => {
    const here = await browser.newContext({ baseURL: portal.url });
    const there = await browser.newContext({ baseURL: portal.url, javaScriptEnabled: false });
    const pages = { here: await here.newPage(), there: await there.newPage() };
    await signInOnce(portal, pages.here, PEOPLE[key]);
    await signInOnce(portal, pages.there, PEOPLE[key]);
    sessions.set(here, await here.cookies());
    let count = 0;
    for (const path of await pathsOf(key, pages.here)) count += await tryPage(pages, path, count);
    expect(count, "forms").toBeGreaterThan(0);
    await here.close();
    await there.close();
  });
}

/** Where a reader has forms: their pages, and one page for every step that these lead to. */
async function pathsOf(key: PersonKey, page: Page): Promise<string[]> {
  const paths = new Map<string, string>();
  for (const [, pattern] of PAGES.filter(([reader]) => reader === key)) {
    const { path, reference } = await pathOf(portal, pattern);
    await page.goto(path);
    if (await page.getByLabel("I have no interest to declare").isVisible()) {
      await declareNoInterest(page, reference);
      await page.goto(path);
    }
    paths.set(path.replace(/PSF-[\d-]+/, "REF"), path);
    const links = page.locator('main a[href^="/applications/PSF-"]');
    for (const href of await links.evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""))) {
      const step = href.replace(/PSF-[\d-]+/, "REF");
      const isStep = /^\/applications\/REF\/[a-z-]+$/.test(step) && !/\/(pdf|print|letter|decision-note)$/.test(step);
      if (isStep && !paths.has(step)) paths.set(step, href);
    }
  }
  return [...paths.values()];
}

type Input = { at: string; kind: string };
type Found = { form: string; isKept: boolean; inputs: Input[] };

/** The posting forms of a page, by name, with the inputs that somebody types into or chooses from. */
const formsIn = (page: Page): Promise<Found[]> =>
  page.evaluate(() => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
    return [...document.querySelectorAll<HTMLFormElement>("main form")].flatMap((form, index) => {
      form.dataset.test = String(index);
      const inputs = [...form.elements].flatMap((element, at) => {
        const input = element as HTMLInputElement;
        const isHidden = input.type === "hidden" || input.closest("[aria-hidden=true]") !== null;
        if (!input.name || isHidden || /^(submit|button|fieldset|output|file)$/.test(input.type)) return [];
        input.dataset.test = String(at);
        const kind = input.inputMode && input.type === "text" ? input.inputMode : input.type;
        return [{ at: `form[data-test="${index}"] [data-test="${at}"]`, kind }];
      });
      const isKept = form.querySelector(".app-saved") !== null;
      const isAsked = inputs.some(({ kind }) => !/^(radio|checkbox|select-one|search)$/.test(kind));
      return form.method === "post" && (isKept || isAsked)
        ? [{ form: form.getAttribute("aria-label") ?? "", isKept, inputs }]
        : [];
    });
  });

const TYPED: Record<string, string> = { numeric: "7", decimal: "1,234.50", email: "somebody@kept.example" };

/** Types into all inputs of the page's forms, and chooses what was not chosen before. */
async function fill(page: Page, forms: readonly Found[], text: string): Promise<void> {
  const inputs = forms.flatMap((form) => form.inputs);
  await page.evaluate(
    ([all, words]) => {
      const type = (input: HTMLInputElement | HTMLSelectElement, kind: string) => {
        if (input instanceof HTMLSelectElement) input.selectedIndex = Math.min(1, input.options.length - 1);
        else if (kind === "radio" || kind === "checkbox") input.click();
        // As a browser sets it: a component that tracks its value notices.
        else
          Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), "value")?.set?.call(
            input,
            words[kind] ?? words.text,
          );
        for (const event of ["input", "change"]) input.dispatchEvent(new Event(event, { bubbles: true }));
      };
      const groups = new Set<string>();
      for (const { at, kind } of all) {
        const input = document.querySelector<HTMLInputElement | HTMLSelectElement>(at);
        // The first of several that exclude each other.
        const isLater = kind === "radio" && groups.size === groups.add(`${at.split(" ")[0]} ${input?.name}`).size;
        if (input && !input.disabled && !isLater) type(input, kind);
      }
    },
    [inputs, { text, textarea: text, ...TYPED } as Record<string, string>] as const,
  );
}

/** The current values of a form's inputs, as they would be sent. */
const held = (page: Page, form: string): Promise<string[]> =>
  page.evaluate((name) => {
    const found = [...document.querySelectorAll<HTMLFormElement>("main form")].find(
      (one) => one.getAttribute("aria-label") === name,
    );
    return [...new FormData(found)]
      .filter(([key]) => !/^(\$|unsent\.|requestId$|revision$|shown$)/.test(key))
      .map(([key, value]) => `${key}: ${typeof value === "string" ? value : value.name}`);
  }, form);

type Break = {
  /** Before anything is typed. */
  before?: (page: Page) => Promise<unknown>;
  /**
   * Afterwards, with the page on which the writer continues. `changed`: the forms whose values differ from their
   * starting values.
   */
  after: (page: Page, path: string, changed: readonly string[]) => Promise<Page>;
};

/** What may happen to a page in which somebody is writing. */
const BREAKS: Record<string, Break> = {
  "reloaded at once": { after: (page) => page.reload().then(() => page) },
  "left and come back to": {
    after: (page) =>
      page
        .goto("/home")
        .then(() => page.goBack())
        .then(() => page),
  },
  "closed at once": {
    after: async (page, path) => {
      await page.close();
      return openIn(page.context(), path);
    },
  },
  crashed: {
    after: async (page, path, changed) => {
      for (const form of changed) {
        const status = page.getByRole("form", { name: form, exact: true }).locator(".app-saved");
        await expect(status).toContainText("Saved at");
      }
      const session = await page.context().newCDPSession(page);
      await Promise.race([session.send("Page.crash"), page.waitForEvent("crash")]);
      await page.close();
      return openIn(page.context(), path);
    },
  },
  "without a connection": {
    before: (page) => page.context().setOffline(true),
    after: async (page) => {
      await page.context().setOffline(false);
      return page;
    },
  },
  "met by errors of the server": {
    before: (page) => page.route(/\/api\//, (route) => route.fulfill({ status: 500 })),
    after: async (page) => {
      await page.unrouteAll();
      await page.reload();
      return page;
    },
  },
  "signed out": {
    before: (page) => page.context().clearCookies({ name: SESSION }),
    after: async (page, path) => {
      await page.context().addCookies(sessions.get(page.context()) ?? []);
      await page.goto(path);
      return page;
    },
  },
};

const SESSION = "next-auth.session-token";
const sessions = new WeakMap<BrowserContext, Cookie[]>();

async function openIn(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

/**
 * Fills in the forms of a page, interrupts it, and finds them filled in, in the same browser and in another. Returns
 * how many forms there were.
 */
async function tryPage(pages: { here: Page; there: Page }, path: string, before: number): Promise<number> {
  const { there } = pages;
  await pages.here.goto(path);
  const forms = await formsIn(pages.here);
  // A form with text fields keeps its text.
  for (const { form, isKept } of forms) expect([path, form, isKept]).toEqual([path, form || "a name", true]);
  if (!forms.length) return 0;
  const names = Object.keys(BREAKS);
  const name = names[before % names.length] ?? "";
  const { before: begin, after } = BREAKS[name] as Break;
  const words = `Tāmaki Makaurau ${randomBytes(3).toString("hex")}: “boats”, 3 of them`;
  const left = new Map<string, string[]>();
  // The code that keeps a form loads with its first focus.
  for (const { inputs } of forms) if (inputs[0]) await pages.here.locator(inputs[0].at).focus();
  await pages.here.waitForLoadState("networkidle");
  await begin?.(pages.here);
  // A form whose only choice is already made has the same value afterwards.
  const begun = new Map<string, string>();
  for (const { form } of forms) begun.set(form, `${await held(pages.here, form)}`);
  await fill(pages.here, forms, words);
  for (const { form } of forms) left.set(form, await held(pages.here, form));
  const changed = [...left].flatMap(([form, now]) => (begun.get(form) === `${now}` ? [] : [form]));
  pages.here = await after(pages.here, path, changed);
  await pages.here.waitForLoadState("networkidle");
  await formsIn(pages.here);
  for (const [form, was] of left) {
    await expect.poll(() => held(pages.here, form), `${path}, “${form}”, ${name}`).toEqual(was);
  }
  // What the browser kept is sent to the server automatically.
  for (const [form, was] of left) {
    const elsewhere = () => there.goto(path).then(() => held(there, form));
    await expect.poll(elsewhere, `${path}, “${form}”, ${name}, elsewhere`).toEqual(was);
  }
  return forms.length;
}
