import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import pg from "pg";
import { financialYearOf } from "#lib/platform/dates.ts";
import { UNGUARDED } from "../../bin/test-server.ts";
import { PEOPLE, type PersonKey } from "../access.ts";
import { expect, type Portal, roundInModeration, test } from "../fixtures.ts";
import { faultsOf } from "../steps/axe.ts";
import { inDays } from "../steps/forms.ts";

/**
 * A round of its own with four applications in moderation, which ask for 60, 50, 10 and 5 of each 100 available in the
 * year after next: no other test needs that money.
 */
async function makeRound(portal: Portal, first: number) {
  const client = new pg.Client({ connectionString: portal.ownerUrl, options: UNGUARDED });
  await client.connect();
  const [roundId, criterionId] = [randomUUID(), randomUUID()];
  const name = `Round ${first}`;
  await client.query(
    `INSERT INTO "Round" (id, name, "opensAt", "publishedAt") VALUES ($1, $2, '2026-01-01', '2026-01-01')`,
    [roundId, name],
  );
  await client.query(
    `INSERT INTO "Criterion" (id, "roundId", position, name, weight, anchors) VALUES ($1, $2, 0, 'Need', 100, '{}')`,
    [criterionId, roundId],
  );
  const { rows } = await client.query(
    `SELECT "startYear", "envelopeCents" - "reservedCents" - "committedCents" AS left FROM "FinancialYear"
      WHERE "startYear" = $1`,
    [financialYearOf(inDays(0)) + 2],
  );
  const { startYear, left } = rows[0];
  const references: string[] = [];
  for (const [index, part] of [60, 50, 10, 5].entries()) {
    const [id, reference] = [randomUUID(), `PSF-${startYear - 2}-${first + index}`];
    const cents = ((BigInt(left) * BigInt(part)) / 1_000_000n) * 10_000n;
    references.push(reference);
    await client.query(
      `INSERT INTO "Application" (id, reference, "agencyId", "roundId", state, title, "versionNumber", "requestedCents", "createdById")
        SELECT $1, $2, p."agencyId", $3, 'MODERATION', $4, 1, $5, p.id FROM "Person" p WHERE p.email = $6`,
      [id, reference, roundId, `Initiative ${index + 1}`, cents, PEOPLE.contributor],
    );
    await client.query(
      `INSERT INTO "Phasing" ("applicationId", kind, "startYear", cents) VALUES ($1, 'REQUESTED', $2, $3)`,
      [id, startYear, cents],
    );
    await client.query(
      `INSERT INTO "AgreedScore" ("applicationId", "criterionId", score, "agreedById")
        SELECT $1, $2, $3, p.id FROM "Person" p WHERE p.email = $4`,
      [id, criterionId, 4 - index, PEOPLE.desk],
    );
    // No interests are declared for the last one: only its name is shown.
    if (index === 3) continue;
    await client.query(
      `INSERT INTO "InterestDeclaration" ("applicationId", "personId", "hasInterest", "isRecused")
        SELECT $1, p.id, false, false FROM "Person" p WHERE p.email = $2`,
      [id, PEOPLE.desk],
    );
  }
  await client.end();
  const year = `${startYear}/${String((startYear + 1) % 100).padStart(2, "0")}`;
  return { roundId, name, references, year };
}

const tick = (page: Page, number: number) => page.getByLabel(`Initiative ${number}`, { exact: true });
const verdict = (page: Page) => page.locator(".choose-bar [role=status]");

test("the desk sees at once what fits, saves it as a scenario, and turns it into recommendations", async ({
  as,
  portal,
}) => {
  const { roundId, name, references, year } = await makeRound(portal, 9100);
  const [first = "", second = ""] = references;
  const page = await as(PEOPLE.desk);
  await page.goto("/work");
  await page.getByRole("link", { name: `Choose within the envelope: ${name}` }).click();
  await expect(verdict(page)).toHaveText("Nothing is ticked yet.");
  await expect(page.getByRole("table", { name: /you cannot open/ })).toContainText("Declare your interests");
  await tick(page, 1).check();
  await tick(page, 2).check();
  await expect(verdict(page)).toContainText(`Rank 2, ${second}, is the first from the top that does not fit.`);
  await expect(page.getByRole("row", { name: "Initiative 2" })).toContainText("First that does not fit");
  await page.getByLabel(`Amount of ${second} in ${year}`).fill("1,000");
  await expect(verdict(page)).toContainText("It fits: 2 ticked");
  await page.getByRole("button", { name: "Tick from the top until the money runs out" }).click();
  await expect(tick(page, 3)).toBeChecked();
  await tick(page, 3).uncheck();
  expect(await faultsOf(page)).toEqual([]);
  await page.getByLabel("Name of the scenario").fill("As ranked");
  await page.getByRole("button", { name: "Save scenario" }).click();
  await expect(page.getByText("You have added the scenario “As ranked”.")).toBeVisible();
  await expect(page.getByLabel(`Amount of ${second} in ${year}`)).toHaveValue("1,000.00");
  await page.getByRole("button", { name: "Save and turn into recommendations" }).click();
  await page.getByRole("button", { name: "Recommend ticked applications" }).click();
  await expect(page.getByRole("link", { name: /^Enter the rationale for applications to fund/ })).toBeVisible();
  await page.getByLabel("Rationale for applications to fund").fill("The need is shown.");
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Recommend ticked applications" }).click();
  await expect(page.getByText("2 of 2 recommended.").first()).toBeVisible();
  await expect(page.getByRole("row", { name: "Initiative 2" })).toContainText("$1,000.00");
  expect(await faultsOf(page)).toEqual([]);
  await page.goto(`/applications/${first}`);
  await expect(page.getByText("Budget check").first()).toBeVisible();
  await page.goto(`/rounds/${roundId}/choose`);
  await expect(page.getByRole("table", { name: /recommended or decided/ })).toContainText(first);
});

test("without JavaScript a button updates the totals, and a page from before a colleague's change says so", async ({
  as,
  portal,
}) => {
  const { roundId, references, year } = await makeRound(portal, 9200);
  const [first = ""] = references;
  const page = await as(PEOPLE.desk, { javaScriptEnabled: false });
  await page.goto(`/rounds/${roundId}/choose`);
  await tick(page, 1).check();
  await page.getByLabel(`Amount of ${first} in ${year}`).fill("much");
  await page.getByRole("button", { name: "Update totals" }).click();
  await expect(page).toHaveTitle(/^Error: /);
  await expect(page.getByRole("link", { name: `${first} in ${year} must be an amount` })).toBeVisible();
  await page.getByLabel(`Amount of ${first} in ${year}`).fill("2000");
  await page.getByRole("button", { name: "Update totals" }).click();
  await expect(verdict(page)).toHaveText("It fits: 1 ticked, $2,000.00 in total.");
  await page.getByLabel("Name of the scenario").fill("Small");
  await page.getByRole("button", { name: "Save scenario" }).click();
  await expect(page.getByText("You have added the scenario “Small”.")).toBeVisible();
  const other = await as(PEOPLE.desk);
  await other.goto(page.url());
  await other.getByRole("button", { name: "Save “Small”" }).click();
  await expect(other.getByText("You have saved the scenario “Small”.")).toBeVisible();
  await tick(page, 2).check();
  await page.getByRole("button", { name: "Save “Small”" }).click();
  await expect(page.getByText(/saved “Small” on .+, after you opened this page/)).toBeVisible();
  await expect(tick(page, 2)).toBeChecked();
  await page.getByLabel("Name of the scenario").fill("Both");
  await page.getByRole("button", { name: "Save under this name" }).click();
  await page.getByText("Compare two scenarios").click();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Both and Small" })).toBeVisible();
  await expect(page.getByRole("row", { name: "Initiative 1" })).toContainText("$2,000.00");
});

test("with eight applications asking for more than is available, totals and ranks stay in sight, and a tie says what decides it", async ({
  as,
}) => {
  const page = await as(PEOPLE.desk);
  await page.goto("/work");
  await page.getByRole("link", { name: /^Choose within the envelope: Early round/ }).click();
  await page.getByRole("button", { name: "Tick from the top until the money runs out" }).click();
  await expect(verdict(page)).toContainText("It fits:");
  const references = await page
    .getByRole("checkbox", { checked: false })
    .evaluateAll((boxes) => boxes.map(({ id }) => id));
  const next = page.locator(`[id="${references[0]}"]`);
  await next.check();
  await expect(verdict(page)).toContainText(`${await next.inputValue()}, is the first from the top that does not fit.`);
  const rows = page.locator(".choose-list tbody tr");
  for (const at of [4, 5]) {
    await expect(rows.nth(at).getByRole("cell").first()).toHaveText("5=");
    await expect(rows.nth(at)).toContainText(/The same total as PSF-.+ on “Fit with the Boe Declaration/);
  }
  const bar = page.locator(".choose-bar");
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 740 });
    await rows.nth(2).scrollIntoViewIfNeeded();
    for (const part of [bar, bar.getByText(/^Ticked: \d of 8$/), bar.getByText("Left in").last(), verdict(page)]) {
      await expect(part).toBeInViewport({ ratio: 1 });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await faultsOf(page)).toEqual([]);
  }
});

test("the desk can choose; people who check, decide or audit can only read", async ({ as, portal }) => {
  const roundId = await roundInModeration(portal);
  const may: PersonKey[] = ["desk", "budget", "approver", "auditor"];
  for (const key of Object.keys(PEOPLE) as PersonKey[]) {
    const page = await as(PEOPLE[key]);
    const status = async (path: string) => (await page.request.get(`/rounds/${roundId}/choose${path}`)).status();
    expect([key, await status("")]).toEqual([key, may.includes(key) ? 200 : 404]);
    expect([key, await status(`?scenario=${randomUUID()}`)]).toEqual([key, 404]);
    expect([key, await status(`/recommend?scenario=${randomUUID()}`)]).toEqual([key, 404]);
    expect([key, await status("/compare?a=1&b=2")]).toEqual([key, 404]);
    if (key !== "budget") continue;
    await page.goto(`/rounds/${roundId}/choose`);
    await expect(page.getByRole("button", { name: /Save|Update totals/ })).toHaveCount(0);
  }
});
