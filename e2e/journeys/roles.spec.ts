import { runSql } from "../../bin/test-server.ts";
import { PEOPLE } from "../access.ts";
import { expect, type Portal, referenceOf, test } from "../fixtures.ts";
import { chooseStep, openApplication, send } from "../steps/forms.ts";
import { assignAssessors, completeAssessment, scoreAll } from "../steps/mfat.ts";

/** The assessors by how far they are with an application: its own, by status, and one who is not assigned. */
function assessorsOf(portal: Portal, reference: string): Promise<{ name: string; email: string; is: string }[]> {
  return runSql(
    portal.databaseUrl,
    `SELECT p.name, p.email, coalesce(s.status::text, 'FREE') AS is FROM "Person" p JOIN "PersonRole" r ON r."personId" = p.id
      LEFT JOIN "Assessment" s ON s."assessorId" = p.id
        AND s."applicationId" = (SELECT id FROM "Application" WHERE reference = $1)
      WHERE r.role = 'ASSESSOR' AND p.email LIKE 'assessor_@mfat.example' ORDER BY p.email`,
    [reference],
  );
}

test("an assessor with an interest reads nothing until it is cleared, and nobody else's scores until all are done", async ({
  as,
  portal,
}) => {
  const reference = await referenceOf(portal, "ASSESSMENT", "NZDF");
  const assessors = await assessorsOf(portal, reference);
  const [fresh, late, done] = ["FREE", "ASSIGNED", "COMPLETE"].map((is) => assessors.find((one) => one.is === is));
  if (!fresh || !late || !done) throw new Error("The demo has no such assessment.");

  await assignAssessors(await as(PEOPLE.desk), reference, [fresh.name]);
  const assessor = await as(fresh.email);
  await assessor.goto("/work");
  const waiting = assessor.getByRole("row", { name: new RegExp(reference) });
  await expect(waiting).toContainText("Declare interests");
  await expect(waiting).toContainText("Due on");
  await waiting.getByRole("link").first().click();
  await assessor.getByLabel("I have an interest", { exact: true }).check();
  await assessor.getByLabel("Describe the interest").fill("My sister works for the applicant.");
  await assessor.getByRole("button", { name: "Declare interests" }).click();
  await expect(assessor.getByText("You are recused.")).toBeVisible();
  await expect(assessor.getByRole("link", { name: "Complete assessment" })).toHaveCount(0);
  expect((await assessor.request.get(`/applications/${reference}/pdf`)).status()).toBe(404);

  const admin = await as(PEOPLE.admin);
  await admin.goto("/work");
  await admin.getByRole("link", { name: "People recused from applications" }).click();
  const declared = admin.getByRole("row", {
    name: new RegExp(`${reference}.*${fresh.name}|${fresh.name}.*${reference}`),
  });
  await declared.getByRole("link", { name: /^Clear/ }).click();
  await admin.getByLabel("Why they can still act on it").fill("She works in another part of it.");
  await admin.getByRole("button", { name: "Clear interest" }).click();
  await expect(admin.getByText("“She works in another part of it.”")).toBeVisible();

  await chooseStep(assessor, reference, "Complete assessment");
  const comment = assessor.getByLabel(/^Comment on/).first();
  await comment.pressSequentially("Kept as it is written.");
  await expect(assessor.getByText(/^Saved at/)).toBeVisible();
  await assessor.reload();
  await expect(comment).toHaveValue("Kept as it is written.");
  await scoreAll(assessor, "3");
  await expect(assessor.getByText("Weighted total: 75 of 100")).toBeVisible();
  await send(assessor, "Complete assessment");
  const scoresOf = (name: string) => assessor.getByRole("columnheader", { name, exact: true });
  await expect(scoresOf(fresh.name)).toBeVisible();
  await expect(scoresOf(done.name)).toHaveCount(0);
  await completeAssessment(await as(late.email), reference, "2");
  await openApplication(assessor, reference);
  for (const { name } of [fresh, done, late]) await expect(scoresOf(name)).toBeVisible();
});

test("an auditor reads who did what and why, exports it, and is offered nothing to change", async ({ as, portal }) => {
  const reference = await referenceOf(portal, "ACTIVE");
  const auditor = await as(PEOPLE.auditor);
  await auditor.goto("/work");
  await expect(auditor.getByText("You have no tasks as auditor")).toBeVisible();
  await openApplication(auditor, reference);
  await expect(auditor.getByRole("heading", { name: "What you can do now" })).toHaveCount(0);
  for (const what of ["Recommended by", "Budget confirmed by", "Approved by"]) {
    await expect(auditor.locator("#decision").getByText(what, { exact: true })).toBeVisible();
  }
  await expect(auditor.getByRole("columnheader", { name: "Agreed" })).toBeVisible();
  await expect(auditor.getByRole("heading", { name: "History" })).toBeVisible();
  const note = await auditor.request.get(`/applications/${reference}/decision-note`);
  expect([note.status(), note.headers()["content-type"]]).toEqual([200, "application/pdf"]);
  const register = await auditor.request.get("/settings/interests/export/csv");
  expect(await register.text()).toContain(reference);
  for (const step of ["terminate", "recordPayment", "putOnHold"]) {
    await auditor.goto(`/applications/${reference}/${step}`);
    await expect(auditor.getByText("You cannot do this now.")).toBeVisible();
  }
  await auditor.goto("/settings/audit");
  await expect(auditor.getByRole("row").nth(1)).toBeVisible();
  await auditor.goto("/settings/interests");
  await expect(auditor.getByRole("link", { name: /^Clear/ })).toHaveCount(0);
});
