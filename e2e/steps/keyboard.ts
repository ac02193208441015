import { expect, type Locator, type Page } from "@playwright/test";

/** More tab stops than any page of the portal has. */
const STOPS_MAX = 200;

type Stop = { element: Element; look: string };

/**
 * What is wrong with the focus; null if nothing. It must be on an element rather than the whole page, the element must
 * look different from without it, and nothing may cover it.
 */
export const faultOfFocus = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const store = window as Window & { lastStop?: Stop };
    const element = document.activeElement;
    if (!element || element === document.body) return "the focus is on the page as a whole";
    const name = element.outerHTML.slice(0, 120);

    const looks = (one: Element): string =>
      [getComputedStyle(one), ...labelsOf(one).map((label) => getComputedStyle(label, "::before"))]
        .map(({ outline, boxShadow }) => `${outline} ${boxShadow}`)
        .join(" | ");
    const labelsOf = (one: Element) => (one instanceof HTMLInputElement ? [...(one.labels ?? [])] : []);
    const before = store.lastStop;
    store.lastStop = { element, look: looks(element) };
    if (before && before.element !== element && before.element.isConnected && looks(before.element) === before.look) {
      return `it does not show where the focus is: ${before.element.outerHTML.slice(0, 120)}`;
    }

    const [box] = element.getClientRects();
    if (!box) return `it cannot be seen: ${name}`;
    const middle = (from: number, to: number, size: number) => (Math.max(from, 0) + Math.min(to, size)) / 2;
    const x = middle(box.left, box.right, innerWidth);
    const y = middle(box.top, box.bottom, innerHeight);
    const above = document.elementFromPoint(x, y);
    const isAbove = above && [element, ...labelsOf(element)].some((one) => one.contains(above) || above.contains(one));
    return isAbove ? null : `it lies under ${above?.outerHTML.slice(0, 120)}: ${name}`;
  });

async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key);
  expect(await faultOfFocus(page), `after ${key} on ${page.url()}`).toBeNull();
}

const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluateAll((elements) => elements.some((element) => element === document.activeElement));

/** Goes to one of the given elements by Tab alone, and checks every stop on the way. */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let stops = 0; stops < STOPS_MAX; stops++) {
    await press(page, key);
    if (await isFocused(target)) return;
  }
  throw new Error(`${target} cannot be reached by ${key}.`);
}

export async function pressOn(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

export async function typeIn(page: Page, label: string, words: string): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.type(words);
}

/** Types a day into the three fields that come next. */
export async function typeDay(page: Page, day: Date): Promise<void> {
  for (const part of [day.getUTCDate(), day.getUTCMonth() + 1, day.getUTCFullYear()]) {
    await press(page, "Tab");
    await page.keyboard.type(String(part));
  }
}

/** Chooses one of a group of radios by the arrows. */
export async function choose(page: Page, legend: string, label: string): Promise<void> {
  const radios = page.getByRole("group", { name: legend }).getByRole("radio");
  await tabTo(page, radios);
  const wanted = radios.and(page.getByLabel(label, { exact: true }));
  for (let stops = 0; stops < STOPS_MAX && !(await isFocused(wanted)); stops++) await press(page, "ArrowDown");
  await page.keyboard.press("Space");
  await expect(wanted).toBeChecked();
}

/**
 * Goes from the top of a page to its last link and back to the first: nothing traps the focus, forwards or backwards.
 */
export async function walkThrough(page: Page): Promise<void> {
  const first = page.getByRole("link", { name: "Skip to main content" });
  const last = page.getByRole("contentinfo").getByRole("link").last();
  await page.reload();
  await tabTo(page, last);
  await tabTo(page, first, "Shift+Tab");
}
