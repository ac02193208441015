import { PEOPLE } from "../access.ts";
import { expect, referenceOf, test } from "../fixtures.ts";
import { chooseStep, fillDay, inDays, openApplication, send } from "../steps/forms.ts";
import { declareNoInterest, recommend, scoreAll } from "../steps/mfat.ts";

// Each of the two has an initiative of its own, because what was asked about one remains.
for (const [javaScriptEnabled, state, agency] of [
  [true, "MODERATION", "NCSC"],
  [false, "ASSESSMENT", "NZ Police"],
] as const) {
  test(`the desk asks a post, which declares its interests and answers, JavaScript ${javaScriptEnabled ? "on" : "off"}`, async ({
    as,
    newestMail,
    portal,
  }) => {
    const reference = await referenceOf(portal, state, agency);
    const [desk, post] = [
      await as(PEOPLE.desk, { javaScriptEnabled }),
      await as(PEOPLE.adviser, { javaScriptEnabled }),
    ];
    await chooseStep(desk, reference, "Ask for advice");
    await desk
      .getByLabel("Who to ask")
      .selectOption({ label: "High Commission, Suva (Fiji, Kiribati, Nauru, Tuvalu, Vanuatu)" });
    await desk.getByLabel("Your question").fill("Who leads it in Tuvalu?");
    await fillDay(desk, "Answer by", inDays(9));
    await send(desk, "Ask for advice");
    const advice = desk.locator("#advice");
    await expect(advice.getByText(/^Not answered yet, due/)).toBeVisible();

    const mail = await newestMail(PEOPLE.adviser, ({ subject }) => subject?.includes(reference) === true);
    expect(mail.subject).toContain("advice asked for by the desk officer");
    await post.goto("/work");
    const task = post.getByRole("row", { name: new RegExp(reference) });
    await expect(task).toContainText("Declare interests");
    await task.getByRole("link").first().click();
    await expect(post.getByText("Who leads it in Tuvalu?")).toHaveCount(0);
    await declareNoInterest(post, reference);
    await chooseStep(post, reference, "Give advice");
    await expect(post.getByText("Who leads it in Tuvalu?")).toBeVisible();
    await post.getByRole("button", { name: "Give advice", exact: true }).click();
    await expect(post.getByText("Enter your advice").first()).toBeVisible();
    await post.getByLabel("Your advice").fill("The police commissioner leads it.");
    await post.getByRole("button", { name: "Save and finish later" }).click();
    await expect(post.getByText("Saved. You can continue later.")).toBeVisible();
    await expect(post.getByLabel("Your advice")).toHaveValue("The police commissioner leads it.");
    await send(post, "Give advice");
    await expect(post.locator("#advice").getByText("The police commissioner leads it.")).toBeVisible();
    for (const part of ["#assessments", "#decision", "#screening"]) await expect(post.locator(part)).toHaveCount(0);

    await openApplication(desk, reference);
    await expect(advice.getByText("The police commissioner leads it.")).toBeVisible();
    if (state !== "MODERATION") return;
    await desk.goto(`/applications/${reference}/moderation`);
    await expect(advice.getByText("The police commissioner leads it.")).toBeVisible();
    await scoreAll(desk, "3");
    await send(desk, "Save agreed scores");
    await chooseStep(desk, reference, "Ask for advice");
    await desk.getByLabel("Who to ask").selectOption({ label: "Legal Division (Legal)" });
    await desk.getByLabel("Your question").fill("Is a treaty needed?");
    await send(desk, "Ask for advice");
    await openApplication(desk, reference);
    await expect(desk.getByText(/Advice is still open: Legal Division/)).toBeVisible();
    await chooseStep(desk, reference, "Pass over advice");
    await desk.getByLabel("Why you are going ahead without this advice").fill("The partner has told us since.");
    await send(desk, "Pass over advice");
    await recommend(desk, reference, "Fund in full");
    await expect(advice.getByText(/^Passed over by Mere Tūhoro/)).toBeVisible();
    const budget = await as(PEOPLE.budget);
    await declareNoInterest(budget, reference);
    await chooseStep(budget, reference, "Confirm budget");
    await expect(budget.locator("#advice").getByText("The police commissioner leads it.")).toBeVisible();
    await post.goto("/applications?place=TO");
    await expect(post.getByText(reference)).toHaveCount(0);
    expect((await post.request.get("/budget")).status()).toBe(404);
  });
}
