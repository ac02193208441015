// How pages look depending on a reader's system, on paper and on a phone: colours, totals, words and the map.
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";

const style = (page: Page, selector: string, property: string): Promise<string[]> =>
  page
    .locator(selector)
    .evaluateAll((all, name) => all.map((one) => getComputedStyle(one).getPropertyValue(name)), property);

test("on paper a total appears once, and a list has neither navigation nor filters", async ({ as }) => {
  const page = await as("budget@mfat.example");
  await page.emulateMedia({ media: "print" });
  await page.goto("/budget");
  const feet = await style(page, "tfoot", "display");
  expect(feet.length).toBeGreaterThan(0);
  expect(new Set(feet)).toEqual(new Set(["table-row-group"]));
  await page.goto("/applications?state=OPEN");
  await expect(page.getByRole("table")).toBeVisible();
  for (const selector of [".app-nav", ".app-filters", ".app-found ul", ".app-pagination"]) {
    for (const part of await page.locator(selector).all()) await expect(part).toBeHidden();
  }
  await expect(page.getByText("State: All in progress")).toBeVisible();
});

test("where the system sets the colours, the money chart keeps its own four, and text stays readable", async ({
  as,
}) => {
  const page = await as("budget@mfat.example");
  await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
  await page.goto("/budget");
  for (const colour of ["paid", "committed", "reserved", "available"]) {
    expect((await style(page, `.app-key.app-colour-${colour}`, "forced-color-adjust"))[0]).toBe("none");
  }
  const fills = ["paid", "committed", "reserved", "available"].map(
    async (colour) => (await style(page, `.app-chart .app-colour-${colour}`, "fill"))[0],
  );
  expect(new Set(await Promise.all(fills)).size).toBe(4);
  const [ink] = await style(page, "body", "color");
  expect(new Set(await style(page, ".app-chart text", "fill"))).toEqual(new Set([ink]));
});

test("on a phone the map names its three largest bubbles, and no heading breaks inside a word, however large the text", async ({
  as,
}) => {
  const page = await as("budget@mfat.example");
  await page.setViewportSize({ width: 360, height: 800 });
  await page.goto("/budget");
  const map = page.getByRole("img", { name: /^Map of the Pacific/ });
  const told = (await map.getAttribute("aria-label")) ?? "";
  const largest = (/most of it in (.*)\. The table/.exec(told)?.[1] ?? "").split(/ \$[\d,.]+(?:, )?/).filter(Boolean);
  expect(largest.length).toBeGreaterThan(0);
  for (const place of largest)
    await expect(map.getByText(place, { exact: true }).locator("visible=true")).toHaveCount(1);

  const browser = await page.context().newCDPSession(page);
  for (const path of ["/budget", "/applications", "/", "/prepare", "/accessibility", "/security"]) {
    await page.goto(path);
    for (const [width, times] of [
      [360, 1],
      [320, 1],
      [360, 2],
      [320, 2],
    ] as const) {
      await browser.send("Page.setFontSizes", { fontSizes: { standard: 16 * times, fixed: 13 * times } });
      await page.setViewportSize({ width, height: 800 });
      expect([path, width, times, await brokenWords(page)]).toEqual([path, width, times, []]);
    }
  }
});

/** The words of headings that take up two lines. */
const brokenWords = (page: Page): Promise<string[]> =>
  page.locator("h1, h2, h3").evaluateAll((headings) =>
    headings.flatMap((heading) => {
      const texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
      const broken: string[] = [];
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        for (const { 0: word, index } of (node.nodeValue ?? "").matchAll(/PSF-[\d-]+|[\p{L}\p{N}’]+/gu)) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word);
        }
      }
      return broken;
    }),
  );
