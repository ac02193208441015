import { expect, referenceOf, test } from "../fixtures.ts";
import { openApplication } from "../steps/forms.ts";

test("the desk hands an application over with a reason, with and without JavaScript, and finds its own in every list", async ({
  as,
  portal,
  newestMail,
}) => {
  const reference = await referenceOf(portal, "ACTIVE", "NCSC");
  const desk = await as("desk@mfat.example");
  await openApplication(desk, reference);
  const isMere = await desk.getByText(/^Mere Tūhoro, since/).isVisible();
  const [other, email] = isMere
    ? (["Teuila Brown", "desk2@mfat.example"] as const)
    : (["Mere Tūhoro", "desk@mfat.example"] as const);
  const before = isMere ? "Mere Tūhoro" : "Teuila Brown";
  await desk.getByRole("link", { name: "Change desk officer" }).click();
  await desk.getByRole("button", { name: "Change desk officer" }).click();
  await expect(desk.getByRole("link", { name: "Choose a desk officer" })).toBeVisible();
  await expect(desk.getByRole("link", { name: "Enter a reason" })).toBeVisible();
  const choose = async (page: typeof desk, name: string, reason: string) => {
    const officer = page.getByLabel("Who will look after it");
    const label = await officer.locator("option", { hasText: name }).textContent();
    await officer.selectOption({ label: label ?? "" });
    await page.getByLabel("Why you are handing it over").fill(reason);
    await page.getByRole("button", { name: "Change desk officer" }).click();
  };
  await choose(desk, other, "Knows the partner.");
  await expect(desk.getByText(`${other} looks after this application now.`)).toBeVisible();
  await expect(desk.getByRole("row", { name: new RegExp(`${other}.*Knows the partner`) })).toBeVisible();
  const told = await newestMail(
    email,
    ({ subject }) => subject?.includes(`${reference}: looked after by ${other}`) ?? false,
  );
  expect(told.text).toContain("Knows the partner.");

  const officer = await as(email);
  for (const list of ["/applications", "/budget/claims", "/reports", "/variations"]) {
    await officer.goto(`${list}?state=${list === "/applications" ? "ACTIVE" : ""}`);
    await officer.getByRole("navigation", { name: "Looked after by" }).getByRole("link", { name: "Mine" }).click();
    expect(new URL(officer.url()).searchParams.get("officer")).toBe("me");
    if (list === "/applications") {
      expect(new URL(officer.url()).searchParams.get("state")).toBe("ACTIVE");
      await expect(officer.getByRole("row", { name: new RegExp(reference) })).toBeVisible();
    }
    await officer.getByRole("navigation", { name: "Looked after by" }).getByRole("link", { name: "All" }).click();
    expect(new URL(officer.url()).searchParams.get("officer")).toBeNull();
  }
  await officer.goto("/work");
  const all = await officer.getByRole("row").count();
  await officer.getByRole("link", { name: "Mine", exact: true }).click();
  await expect(officer.getByRole("link", { name: "Mine", exact: true })).toHaveAttribute("aria-current", "page");
  expect(await officer.getByRole("row").count()).toBeLessThan(all);

  const plain = await as("admin@mfat.example", { javaScriptEnabled: false });
  await plain.goto(`/applications/${reference}/desk-officer`);
  await choose(plain, before, "Back from leave.");
  await expect(plain.getByText(`${before} looks after this application now.`)).toBeVisible();
  const agency = await as("contributor@police.example");
  await agency.goto("/applications");
  await expect(agency.getByText("Looked after by")).toHaveCount(0);
});
