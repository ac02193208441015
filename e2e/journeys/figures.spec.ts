// Every figure of the budget that is a link is also on the page that it leads to: in a total, or in a summary of its
// parts.
import type { Page } from "@playwright/test";
import { PEOPLE } from "../access.ts";
import { expect, test } from "../fixtures.ts";

const MONEY = /^−?\$[\d,]+\.\d\d$/;

type Leading = { figure: string; href: string };

/** Without its sign: in the ledger, money that came back is negative. */
const figuresOf = async (page: Page): Promise<Leading[]> => {
  const links = await page
    .locator("main a")
    .evaluateAll((all) =>
      all.map((link) => [link.textContent?.trim() ?? "", link.getAttribute("href") ?? ""] as const),
    );
  return links
    .filter(
      ([text, href]) => MONEY.test(text) && text !== "$0.00" && !href.includes("#") && href.startsWith("/budget/"),
    )
    .map(([text, href]) => ({ figure: text.replace("−", ""), href }));
};

/** The figures that are sums: the last lines of tables, summaries, and the difference between two sums. */
const sumsIn = (html: string): string =>
  [...html.slice(html.indexOf("<main")).matchAll(/<(tfoot|dl|p)\b[\s\S]*?<\/\1>/g)]
    .map(([part]) => part.replaceAll("<!-- -->", "").replace(/<[^>]+>/g, " "))
    .join(" ");

const PAGES = [
  "",
  "/cash",
  "/year-end",
  "/year-end/statement",
  "/rows",
  "/rows?counter=unpaid",
  "/rows?by=place&of=FJ",
  "/forecast",
];

for (const which of ["closed", "open"] as const) {
  test(`every figure of ${which === "closed" ? "a closed" : "this"} year is on the page that it leads to`, async ({
    as,
  }) => {
    const page = await as(PEOPLE.auditor, { javaScriptEnabled: false });
    await page.goto("/budget");
    const years = page.getByRole("navigation", { name: "Financial year" });
    if (which === "closed") await years.getByRole("link").first().click();
    const year = new URL(page.url()).searchParams.get("year") ?? "";
    const asked = new Map<string, Leading>();
    for (const path of PAGES) {
      await page.goto(`/budget${path}${path.includes("?") ? "&" : "?"}year=${year}`);
      for (const one of await figuresOf(page)) asked.set(`${one.figure} ${one.href}`, one);
    }
    const pages = new Map<string, string>();
    const hrefs = [...new Set([...asked.values()].map(({ href }) => href))];
    for (let at = 0; at < hrefs.length; at += 8) {
      const some = hrefs.slice(at, at + 8);
      const texts = await Promise.all(some.map(async (href) => (await page.request.get(href)).text()));
      for (const [index, href] of some.entries()) pages.set(href, sumsIn(texts[index] ?? ""));
    }
    const missing = [...asked.values()].filter(({ figure, href }) => !pages.get(href)?.includes(figure));
    expect(missing).toEqual([]);
    expect(asked.size).toBeGreaterThan(40);
  });
}
