import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { PAGES, PEOPLE } from "./access.ts";
import { expect, type Portal, pathOf, test } from "./fixtures.ts";
import { faultsOf } from "./steps/axe.ts";
import { faultsOfHtml } from "./steps/html.ts";
import { declareNoInterest } from "./steps/mfat.ts";

// It comes first by its name: the stories of the journeys use up what the demonstration has in a state.

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 320, height: 900 };
const readers = [...new Set(PAGES.map(([key]) => key))];

for (const key of readers) {
  test(`no page of ${key ?? "the public"} has anything for axe or an HTML validator to say, scrolls sideways, or is heavy`, async ({
    as,
    browser,
    portal,
    complaints,
  }) => {
    const page = key
      ? await as(PEOPLE[key], { viewport: WIDE })
      : await (await browser.newContext({ viewport: WIDE, baseURL: portal.url })).newPage();
    for (const [, pattern] of PAGES.filter(([reader]) => reader === key)) {
      const { path, reference } = await pathOf(portal, pattern);
      await scan(portal, page, path);
      // What stands in the place of an application until its reader has declared; and then the page itself.
      if (!(await page.getByLabel("I have no interest to declare").isVisible())) continue;
      await declareNoInterest(page, reference);
      await scan(portal, page, path);
    }
    await page.context().close();
    expect(complaints).toEqual([]);
  });
}

async function scan(portal: Portal, page: Page, path: string): Promise<void> {
  await page.setViewportSize(WIDE);
  const sent = await page.goto(path, { waitUntil: "networkidle" });
  expect(await faultsOfHtml((await sent?.text()) ?? ""), path).toEqual([]);
  await weigh(portal, page.url(), await page.content());
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size);
    expect(await faultsOf(page), `${path}, ${size.width} px wide`).toEqual([]);
    expect([path, size.width, await overflowOf(page)]).toEqual([path, size.width, 0]);
  }
  await page.setViewportSize(WIDE);
  await setText(page, 2);
  expect([path, "text of twice the size", await overflowOf(page)]).toEqual([path, "text of twice the size", 0]);
  await setText(page, 1);
}

/** The size of text that somebody has chosen in their browser, as a multiple of the usual one. */
async function setText(page: Page, times: number): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Page.setFontSizes", { fontSizes: { standard: 16 * times, fixed: 13 * times } });
  await browser.detach();
}

/** By how many pixels the page is wider than the window. */
const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));

/** Pages that carry more than others: rows with react-hook-form, sums that follow what is chosen, choices beside days. */
const LIMITS: [RegExp, number][] = [
  [/\/sections\/(partners|activities|results|budget|risks)$/, 156_000],
  [/\/choose$/, 145_000],
  [/\/(change-schedule|record-payment|record-recovery|submit-claim|ask-for-variation)(\?.*)?$/, 141_200],
];
const sizes = new Map<string, number>();

/** Gzip-compressed scripts and styles of a page: 140.8 kB (more where LIMITS says) and 20 kB at the most. */
async function weigh(portal: Portal, url: string, html: string): Promise<void> {
  const sumOf = async (paths: Iterable<string>) => {
    let sum = 0;
    for (const path of new Set(paths)) {
      const size =
        sizes.get(path) ??
        gzipSync(Buffer.from(await (await fetch(new URL(path, portal.url))).arrayBuffer()), { level: 9 }).length;
      sizes.set(path, size);
      sum += size;
    }
    return sum;
  };
  const scripts = [...html.matchAll(/<script\b([^>]*)\bsrc="([^"]+)"([^>]*)>/g)]
    .filter((tag) => !/nomodule/i.test(tag[0]))
    .map((tag) => tag[2] ?? "");
  const styles = [...html.matchAll(/<link\b[^>]*href="([^"]+\.css[^"]*)"/g)].map((tag) => tag[1] ?? "");
  const limit = LIMITS.find(([pages]) => pages.test(url))?.[1] ?? 140_800;
  const scriptBytes = await sumOf(scripts);
  expect(scriptBytes, `JavaScript of ${url}`).toBeGreaterThan(50_000);
  expect(scriptBytes, `JavaScript of ${url}`).toBeLessThanOrEqual(limit);
  expect(await sumOf(styles), `CSS of ${url}`).toBeLessThanOrEqual(20_000);
}
