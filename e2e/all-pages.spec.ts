import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { PAGES, PEOPLE } from "./access.ts";
import { expect, type Portal, pathOf, test } from "./fixtures.ts";
import { faultsOf } from "./steps/axe.ts";
import { declareNoInterest } from "./steps/mfat.ts";

// It comes first by its name: the stories of the journeys use up what the demonstration has in a state.

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 320, height: 900 };
const readers = [...new Set(PAGES.map(([key]) => key))];

for (const key of readers) {
  test(`no page of ${key ?? "the public"} has anything for axe to say, scrolls sideways, or is heavy`, async ({
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
  await page.goto(path, { waitUntil: "networkidle" });
  await weigh(portal, page.url(), await page.content());
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size);
    expect(await faultsOf(page), `${path}, ${size.width} px wide`).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect([path, size.width, Math.max(0, overflow)]).toEqual([path, size.width, 0]);
  }
}

/** Pages that carry more than others: rows with react-hook-form, sums that follow what is chosen, choices beside days. */
const LIMITS: [RegExp, number][] = [
  [/\/sections\/(partners|activities|results|budget|risks)$/, 155_800],
  [/\/choose$/, 144_600],
  [/\/(change-schedule|record-payment|record-recovery|submit-claim|ask-for-variation)(\?.*)?$/, 141_200],
];
const sizes = new Map<string, number>();

/** Gzip-compressed scripts and styles of a page: 140.6 kB (more where LIMITS says) and 20 kB at the most. */
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
  const limit = LIMITS.find(([pages]) => pages.test(url))?.[1] ?? 140_600;
  const scriptBytes = await sumOf(scripts);
  expect(scriptBytes, `JavaScript of ${url}`).toBeGreaterThan(50_000);
  expect(scriptBytes, `JavaScript of ${url}`).toBeLessThanOrEqual(limit);
  expect(await sumOf(styles), `CSS of ${url}`).toBeLessThanOrEqual(20_000);
}
