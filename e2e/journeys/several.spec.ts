import { randomUUID } from "node:crypto";
import pg from "pg";
import { financialYearOf } from "#lib/platform/dates.ts";
import { UNGUARDED } from "../../bin/test-server.ts";
import { PEOPLE, type PersonKey } from "../access.ts";
import { expect, type Portal, test } from "../fixtures.ts";
import { faultsOf } from "../steps/axe.ts";
import { chooseStep, fillDay, inDays, offerDay, send } from "../steps/forms.ts";

/** Approved applications of New Zealand Police; the desk has declared no interest in any but the last. */
async function makeApproved(portal: Portal, first: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: portal.ownerUrl, options: UNGUARDED });
  await client.connect();
  const references: string[] = [];
  for (const index of [0, 1, 2]) {
    const [id, reference] = [randomUUID(), `PSF-2026-${first + index}`];
    references.push(reference);
    await client.query(
      `INSERT INTO "Application" (id, reference, "agencyId", "roundId", state, title, "versionNumber", "requestedCents",
          "recommendedCents", "approvedCents", "createdById", "stateSince")
        SELECT $1, $2, p."agencyId", r.id, 'APPROVED', $3, 1, 5000000, 4000000, 4000000, p.id, now() - interval '9 days'
        FROM "Person" p, (SELECT id FROM "Round" ORDER BY id LIMIT 1) r WHERE p.email = $4`,
      [id, reference, `Several ${index + 1}`, PEOPLE.contributor],
    );
    await client.query(
      `WITH recommended AS (INSERT INTO "Recommendation" (id, "applicationId", outcome, "amountCents", conditions, rationale,
            "recommendedById") VALUES (gen_random_uuid(), $1, 'FUND_IN_PART', 4000000, '', '', gen_random_uuid()) RETURNING id),
          checked AS (INSERT INTO "BudgetCheck" (id, "applicationId", "recommendationId", "isConfirmed", position, "checkedById")
            SELECT gen_random_uuid(), $1, id, true, '[]', gen_random_uuid() FROM recommended RETURNING id, "recommendationId")
        INSERT INTO "Decision" (id, "applicationId", "recommendationId", "budgetCheckId", outcome, "amountCents", "decidedById")
          SELECT gen_random_uuid(), $1, "recommendationId", id, 'APPROVED', 4000000, gen_random_uuid() FROM checked`,
      [id],
    );
    await client.query(
      `WITH phased AS (INSERT INTO "Phasing" ("applicationId", kind, "startYear", cents) VALUES ($1, 'APPROVED', $2, 4000000))
        INSERT INTO "ApplicationFunding" ("applicationId", "startYear", "reservedCents") VALUES ($1, $2, 4000000)`,
      [id, financialYearOf(inDays(0))],
    );
    if (index === 2) continue;
    await client.query(
      `INSERT INTO "InterestDeclaration" ("applicationId", "personId", "hasInterest", "isRecused")
        SELECT $1, p.id, false, false FROM "Person" p WHERE p.email = $2`,
      [id, PEOPLE.desk],
    );
  }
  await client.end();
  return references;
}

test("without JavaScript the desk sends several offers, previewed one by one, and reads the result of each", async ({
  as,
  portal,
}) => {
  const [first = "", second = "", third = ""] = await makeApproved(portal, 9400);
  const page = await as(PEOPLE.desk, { javaScriptEnabled: false });
  await page.goto("/work");
  await page.getByRole("link", { name: "Send offers to several applications" }).click();
  await expect(page.getByRole("table", { name: /not declared your interests/ })).toContainText(third);
  await expect(page.getByLabel(`Send the offer of ${third}`)).toHaveCount(0);
  await page.getByLabel(`Send the offer of ${first}`).check();
  await page.getByLabel(`Send the offer of ${second}`).check();
  await page.getByLabel("Message in the letter, for all of them").fill("Kia ora koutou.");
  await page.getByRole("button", { name: "Preview each one" }).click();
  await expect(page.getByRole("link", { name: "Enter the day the offer must be accepted by" })).toBeVisible();
  await expect(page.getByLabel(`Send the offer of ${second}`)).toBeChecked();
  await fillDay(page, "Last day to accept the offer", offerDay());
  await page.getByRole("button", { name: "Preview each one" }).click();
  await expect(page.getByText("Nothing has changed yet")).toBeVisible();
  await expect(page.getByText("Kia ora koutou.")).toHaveCount(2);
  await expect(page.getByText(/^The Ministry of .+ offers .+ \$40,000\.00, GST/)).toHaveCount(2);

  const other = await as(PEOPLE.desk);
  await other.goto(page.url());
  expect(await faultsOf(other)).toEqual([]);
  await chooseStep(other, second, "Put on hold");
  await other.getByLabel("Why you are putting it on hold").fill("A question is open.");
  await send(other, "Put on hold");
  await page.getByRole("button", { name: "Send 2 offers" }).click();
  await expect(page.getByText("1 of 2 offers sent, 1 refused.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("row", { name: "Several 1" })).toContainText("Offer sent");
  await expect(page.getByRole("row", { name: "Several 2" })).toContainText(/Changed by somebody else.+put on hold on/);
  await other.goto(page.url());
  expect(await faultsOf(other)).toEqual([]);
  const certifier = await as(PEOPLE.certifier);
  await certifier.goto(`/applications/${first}/accept-offer`);
  await expect(certifier.getByText("Kia ora koutou.")).toBeVisible();
});

test("only people who may take a step can take it for several applications, and only its preparer can open a batch", async ({
  as,
}) => {
  const may: Record<string, PersonKey> = { sendOffer: "desk", decline: "approver", approve: "admin" };
  for (const key of ["desk", "approver", "auditor", "contributor"] as const) {
    const page = await as(PEOPLE[key]);
    for (const step of Object.keys(may)) {
      const status = async (path: string) => (await page.request.get(`/work/${step}${path}`)).status();
      expect([key, step, await status("")]).toEqual([key, step, may[step] === key ? 200 : 404]);
      for (const path of [`/${randomUUID()}`, "/nothing", `?from=${randomUUID()}`]) {
        if (path.startsWith("?") && may[step] === key) continue;
        expect([key, step, path, await status(path)]).toEqual([key, step, path, 404]);
      }
    }
  }
});
