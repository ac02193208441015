import { expect, type Page } from "@playwright/test";
import axe from "axe-core";

/**
 * What axe finds on the current page, each as "rule: elements"; no page has frames. axe's code is loaded into a page
 * once, because that takes longer than the check itself. After a form is sent, the next page's title is set a moment
 * after its content.
 */
export async function faultsOf(page: Page): Promise<string[]> {
  await expect(page).toHaveTitle(/\S/);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`);
}
