import { expect, type Page } from "@playwright/test";
import axe from "axe-core";

/**
 * What axe finds on a page as it stands, each as "rule: elements"; no page has a frame. Its code goes into a page once:
 * that takes longer than the look itself. A page that a form leads to has its title a moment after its words.
 */
export async function faultsOf(page: Page): Promise<string[]> {
  await expect(page).toHaveTitle(/\S/);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`);
}
