import { readFile } from "node:fs/promises";
import { readXlsx } from "hucre/xlsx";
import { expect, test } from "../fixtures.ts";
import { faultsOf } from "../steps/axe.ts";

const dollars = (text: string | null) => Number(/\$([\d,.]+) requested/.exec(text ?? "")?.[1]?.replaceAll(",", ""));

/** What a page of the list shows. */
const ROWS = 25;

test("a desk officer filters the list, saves it as a view, opens it again and exports it, without JavaScript", async ({
  as,
}) => {
  const page = await as("desk@mfat.example", { javaScriptEnabled: false });
  await page.goto("/applications");
  await page.getByLabel("Reference or words").fill("training");
  await page.getByLabel("State").selectOption({ label: "All in progress" });
  await page.getByLabel("Requested from").fill("$1,000");
  await page.getByLabel("Order").selectOption({ label: "Largest amount requested" });
  await page.getByRole("button", { name: "Search" }).first().click();
  const found = page.getByRole("status");
  const before = await found.textContent();
  const rows = page.getByRole("table").getByRole("rowheader");
  const count = Number(/^(\d+) applications/.exec(before ?? "")?.[1]);
  expect(count).toBeGreaterThan(1);
  expect(await rows.count()).toBe(Math.min(count, ROWS));

  await page.getByRole("link", { name: "Remove State: All in progress" }).click();
  await expect(found).not.toHaveText(before ?? "");
  await page.goBack();
  await page.getByRole("link", { name: "Save this view" }).click();
  await page.getByRole("button", { name: "Save view" }).click();
  await expect(page.getByRole("link", { name: "Enter a name for the view" })).toBeVisible();
  await page.getByLabel("Name").fill("The largest, under way");
  await page.getByRole("button", { name: "Save view" }).click();

  await page.getByRole("link", { name: "Clear all" }).click();
  await page.getByRole("link", { name: "The largest, under way" }).click();
  await expect(found).toHaveText(before ?? "");
  const reference = /PSF-\d{4}-\d{4}/.exec((await rows.first().textContent()) ?? "")?.[0];
  for (const format of ["CSV", "XLSX"]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: `Download ${format}, ${count} rows` }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(
      /^(UNCLASSIFIED|IN-CONFIDENCE)-applications-[a-z\d-]*open[a-z\d-]*-\d{4}-\d\d-\d\d-\d{4}\.(csv|xlsx)$/,
    );
    const file = await readFile(await download.path());
    const lines =
      format === "CSV"
        ? file
            .toString()
            .trim()
            .split("\r\n")
            .map((line) => line.split(","))
        : ((await readXlsx(file)).sheets[0]?.rows ?? []);
    expect(lines).toHaveLength(count + 6);
    expect(lines[4]?.[0]).toBe(reference);
    expect(lines.at(-2)?.map(Number)).toContain(dollars(before));
  }

  // The back link from an opened item leads to the list as it was.
  const narrowed = page.url();
  await rows.first().getByRole("link").click();
  await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "Applications" }).click();
  expect(page.url()).toBe(narrowed);

  await page.getByRole("link", { name: "Rename or delete views" }).click();
  await page.getByRole("link", { name: /^Rename or delete.*The largest, under way$/ }).click();
  const address = page.url();
  const other = await as("contributor@police.example", { javaScriptEnabled: false });
  expect((await other.goto(address))?.status()).toBe(404);
  await page.getByRole("button", { name: "Delete view" }).click();
  await expect(page.getByText("You have deleted the view.")).toBeVisible();
});

test("reports are sorted by a heading and reversed, and so is their file; a search keeps the order", async ({ as }) => {
  const page = await as("desk@mfat.example", { javaScriptEnabled: false });
  await page.goto("/reports");
  const heading = page.getByRole("columnheader", { name: "Agency" });
  const agencies = () => page.locator("tbody tr td:nth-of-type(1)").allTextContents();
  await heading.getByRole("link").click();
  await expect(heading).toHaveAttribute("aria-sort", "ascending");
  const ascending = await agencies();
  await heading.getByRole("link").click();
  await expect(heading).toHaveAttribute("aria-sort", "descending");
  expect(await agencies()).toEqual(ascending.reverse());
  await page.getByLabel("State").selectOption({ label: "Not accepted yet" });
  await page.getByRole("button", { name: "Search" }).first().click();
  await expect(heading).toHaveAttribute("aria-sort", "descending");
  const href = await page.getByRole("link", { name: /^Download CSV/ }).getAttribute("href");
  const file = await page.request.get(href ?? "");
  expect(await file.text()).toContain("State: Not accepted yet. Agency, Z to A. Created");
  await page.goto("/reports?sort=colour");
  await expect(page.getByRole("link", { name: "Order: choose from the list" })).toBeVisible();
  await expect(page.getByRole("table")).toHaveCount(0);
});

test("an invalid search is reported at its field, and whatever is in the address, nothing breaks", async ({
  as,
  complaints,
}) => {
  const page = await as("desk@mfat.example");
  await page.goto("/applications?state=NOWHERE&from=abc&to=1&round=x&words=police");
  const summary = page.getByRole("region", { name: "There is a problem" });
  await expect(summary).toBeFocused();
  await summary.getByRole("link", { name: "Requested from must be an amount" }).click();
  await expect(page.getByLabel("Requested from")).toBeFocused();
  await expect(page.getByRole("table")).toHaveCount(0);
  expect(await faultsOf(page)).toEqual([]);
  for (const [query, status] of [
    ["after=broken", 200],
    ["after=%00~x&words=%00&state=%00", 400],
    ["before=2026-01-01T00:00:00.000Z~00000000-0000-0000-0000-000000000000&sort=changed", 200],
    [`words=${"word+".repeat(2_000)}`, 200],
    [`words=${"word+".repeat(20_000)}`, 431],
    ["words=a&words=b&state=OPEN&state=ENDED", 200],
    ["__proto__=x&constructor=y&sort=toString", 200],
  ] as const) {
    expect([query.slice(0, 60), (await page.request.get(`/applications?${query}`)).status()]).toEqual([
      query.slice(0, 60),
      status,
    ]);
  }
  await page.goto("/applications?after=broken");
  await expect(page.getByText("That page no longer exists, so we are showing the first page.")).toBeVisible();
  // A filter that the list does not know is refused by name: the file would hold more than was asked for.
  for (const [address, told] of [
    ["/applications/export/csv?state=NOWHERE", "State"],
    ["/applications/export/csv?stat=OPEN", "stat=OPEN"],
    ["/reports/export/csv?state=overdue", "State"],
    ["/reports/export/csv?sort=colour", "Order"],
    ["/variations/export/csv?state=xx", "State"],
    ["/budget/export/ledger/csv?kind=xx", "kind=xx"],
    ["/budget/export/rows/csv?counter=xx", "counter=xx"],
    ["/budget/claims/export/csv?state=xx", "State"],
    ["/settings/interests/export/csv?show=xx", "show=xx"],
  ] as const) {
    const answer = await page.request.get(address);
    expect([address, answer.status(), (await answer.text()).includes(told)]).toEqual([address, 400, true]);
  }
  expect((await page.request.get("/applications/export/pdf")).status()).toBe(404);
  expect(complaints).toEqual([]);
});

test("the back link of an item opened from the list of reports or variations leads to the list as it was", async ({
  as,
}) => {
  const page = await as("desk@mfat.example", { javaScriptEnabled: false });
  for (const [path, name] of [
    ["/reports?state=OPEN&sort=latest", "Reports"],
    ["/variations?state=APPROVED&sort=oldest", "Variations"],
  ] as const) {
    await page.goto(path);
    const narrowed = page.url();
    await page
      .locator("tbody")
      .getByRole("link", { name: /^PSF-|\w/ })
      .first()
      .click();
    await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name }).click();
    expect(page.url()).toBe(narrowed);
  }
});

test("a list that does not know a filter shows nothing and says so, on its page as for its file", async ({ as }) => {
  const [desk, admin] = [await as("desk@mfat.example"), await as("admin@mfat.example")];
  for (const [page, lists] of [
    [desk, ["/applications", "/reports", "/variations", "/budget/claims"]],
    [admin, ["/settings/people", "/settings/audit", "/mailbox"]],
  ] as const) {
    for (const list of lists) {
      await page.goto(`${list}?stat=OPEN`);
      await expect(page.getByText("This list has no filter “stat=OPEN”.")).toBeVisible();
      await expect(page.getByRole("table")).toHaveCount(0);
    }
  }
  expect(await faultsOf(admin)).toEqual([]);
});
