import { brotliCompressSync, constants } from "node:zlib";
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
  const sent = await page.goto(path);
  // Half of all pages have no scripts, and are what they are at once.
  if ((await page.locator("script[src]").count()) > 0) await page.waitForLoadState("networkidle");
  const html = (await sent?.text()) ?? "";
  expect(await faultsOfHtml(html), path).toEqual([]);
  await weigh(portal, page.url(), html, await page.content());
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

/** What a page with a form may weigh, in bytes as they are sent: the first that fits its address. */
const LIMITS: [RegExp, Partial<typeof LIMIT>][] = [
  // Rows with react-hook-form, and sums that follow what is chosen.
  [/\/sections\/(partners|activities|results|budget|risks)$/, { scripts: 137_000 }],
  [/\/choose$/, { scripts: 126_500 }],
  // A list of everything that is there, and of all that was sent.
  [/^\/(applications\/PSF-[\d-]+|budget|settings\/mail)$/, { html: 12_000 }],
  // What somebody may sign in as; a form that shows other fields as it is filled in.
  [/^\/sign-in|\/ask-for-variation$/, { dataShare: 0.6 }],
];
/** `dataShare`: of the page's HTML, what its scripts read, where it has a form. */
const LIMIT = { scripts: 122_500, html: 8_600, dataShare: 0.47 };
/** A form, a file to send, and what is wrong with an address. */
const NEEDS_SCRIPTS = /name="\$ACTION|type="file"|govuk-error-summary/;
/** Pages that send on what a browser kept of a section. */
const SENDS_ON = /\/(sections|send-for-sign-off)$/;
const STYLES_MAX = 14_000;

const sizes = new Map<string, number>();

/** The bytes of files, as they are sent to a browser. */
async function sizeOf(portal: Portal, paths: Iterable<string>): Promise<number> {
  let sum = 0;
  for (const path of new Set(paths)) {
    if (!sizes.has(path)) {
      const answer = await fetch(new URL(path, portal.url), { method: "HEAD", headers: { "accept-encoding": "br" } });
      expect(answer.headers.get("content-encoding"), path).toBe("br");
      sizes.set(path, Number(answer.headers.get("content-length")));
    }
    sum += sizes.get(path) ?? 0;
  }
  return sum;
}

/** A page without a form needs no scripts. @param html as it was sent @param grown with what its scripts have added to it */
async function weigh(portal: Portal, url: string, html: string, grown: string): Promise<void> {
  const { pathname } = new URL(url);
  const limit = { ...LIMIT, ...LIMITS.find(([pages]) => pages.test(pathname))?.[1] };
  const scripts = [...grown.matchAll(/<script\b([^>]*)\bsrc="([^"]+)"([^>]*)>/g)]
    .filter((tag) => !/nomodule/i.test(tag[0]))
    .map((tag) => tag[2] ?? "");
  const styles = [...grown.matchAll(/<link\b[^>]*href="([^"]+\.css[^"]*)"/g)].map((tag) => tag[1] ?? "");
  const page = html.replace(/<style\b.*?<\/style>/s, ""); // a first visit brings these along
  const data = [...page.matchAll(/<script\b[^>]*>\(?self\.__next_f.*?<\/script>/gs)].map(([tag]) => tag).join("");
  const sent = brotliCompressSync(page, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length;
  const weight = { scripts: await sizeOf(portal, scripts), html: sent, dataShare: data.length / page.length };
  if (!NEEDS_SCRIPTS.test(html) && !SENDS_ON.test(pathname)) expect([url, weight.scripts, data]).toEqual([url, 0, ""]);
  for (const part of ["scripts", "html", "dataShare"] as const)
    expect(weight[part], `${part} of ${url}`).toBeLessThanOrEqual(limit[part]);
  expect(styles, `stylesheets of ${url}`).toHaveLength(1);
  expect(await sizeOf(portal, styles), `CSS of ${url}`).toBeLessThanOrEqual(STYLES_MAX);
}
