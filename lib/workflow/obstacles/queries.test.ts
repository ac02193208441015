// What prevents steps, in sentences, by role, state and duty.
import { expect, test } from "vitest";
import { type SectionKey, WRITTEN_SECTIONS } from "#lib/applications/form/sections.ts";
import { getApplication } from "#lib/applications/queries.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { declareNone, unguarded } from "#lib/testing/database.ts";
import {
  acquit,
  agencyId,
  application,
  approver,
  assign,
  authorId,
  day,
  duty,
  finish,
  obstacles,
  roundId,
  somebody,
  useRounds,
} from "#lib/testing/work.ts";
import { listObstacles } from "./queries.ts";

useRounds();

test("sending for sign-off waits for every section that has to be written, and for no file", async () => {
  const { id, reference } = await application("DRAFT");
  const contributor: Actor = {
    side: "AGENCY",
    personId: authorId,
    name: "Contributor",
    email: "contributor@agency.example",
    roles: new Set(["CONTRIBUTOR"]),
    agencyId,
    agencyName: "Agency",
  };
  expect(await obstacles(contributor, reference)).toEqual({ sendForSignOff: "10 sections are not complete yet." });
  const write = (section: SectionKey) =>
    unguarded().applicationSection.create({
      data: { applicationId: id, section, values: {}, isComplete: true, savedById: authorId },
    });
  const [last, ...others] = WRITTEN_SECTIONS.filter((key) => key !== "files");
  for (const section of others) await write(section);
  expect(await obstacles(contributor, reference)).toEqual({ sendForSignOff: "1 section is not complete yet." });
  await write(last ?? "need");
  expect(await obstacles(contributor, reference)).toEqual({
    sendForSignOff: expect.stringMatching(/^Your agency has no certifier .* Ask the fund desk, psf@mfat\.govt\.nz/),
  });
  const roles = { create: { role: "CERTIFIER" as const } };
  const certifier = { email: "certifier@agency.example", name: "Certifier", side: "AGENCY" as const, agencyId, roles };
  await unguarded().person.create({ data: certifier });
  expect(await obstacles(contributor, reference)).toEqual({});
});

test("a step that another duty rules out is not offered, and says why", async () => {
  const both = await somebody("DESK", "BUDGET", "APPROVER");
  await approver(null);
  const { id, reference } = await application("BUDGET_CHECK", { recommendedCents: 100n });
  expect(await obstacles(both, reference)).toEqual({});
  await duty(id, both, "RECOMMEND");
  const why = "You made a recommendation on it, so somebody else needs to take this step.";
  expect(await obstacles(both, reference)).toEqual({ confirmBudget: why, returnRecommendation: why });
  const checker = await somebody("DESK", "BUDGET");
  await duty(id, checker, "CHECK_BUDGET");
  expect(await obstacles(checker, reference)).toEqual({
    takeBackRecommendation: expect.stringContaining("its budget"),
  });
  await unguarded().application.update({ where: { id }, data: { state: "DECISION" } });
  expect(await obstacles(both, reference)).toMatchObject({ approve: why, decline: why, returnRecommendation: why });
  await unguarded().application.update({ where: { id }, data: { state: "APPROVED" } });
  expect(await obstacles(both, reference)).toEqual({ reopenDecision: why });
  await unguarded().application.update({ where: { id }, data: { state: "OFFERED" } });
  expect(await obstacles(both, reference)).toEqual({});
});

test("moderation waits for the round's number of assessments, and says how many are complete", async () => {
  const desk = await somebody("DESK");
  await somebody("ADVISER");
  const [one, two] = [await somebody("ASSESSOR"), await somebody("ASSESSOR")];
  const { id, reference } = await application("ASSESSMENT");
  await assign(id, one, day(-5));
  await assign(id, two, day(-5));
  await finish(id, one, "COMPLETE", day(-4));
  expect(await obstacles(desk, reference)).toEqual({ startModeration: expect.stringContaining("1 of 2 assessments") });
  await finish(id, two, "COMPLETE", day(-3));
  expect(await obstacles(desk, reference)).toEqual({});
});

test("a recommendation waits until scores are agreed for every criterion", async () => {
  const desk = await somebody("DESK");
  await somebody("ADVISER");
  const { id, reference } = await application("MODERATION");
  const criterion = { name: "Need", weight: 100, anchors: [], position: 1, roundId };
  const { id: criterionId } = await unguarded().criterion.create({ data: criterion });
  expect(await obstacles(desk, reference)).toEqual({ recommend: expect.stringContaining("(0 agreed)") });
  const agreed = { applicationId: id, criterionId, score: 3, comment: "Agreed", agreedById: authorId };
  await unguarded().agreedScore.create({ data: agreed });
  expect(await obstacles(desk, reference)).toEqual({});
});

test("above the delegation an approver may approve less or return it, and is told who may decline it", async () => {
  const { id, reference } = await application("DECISION", { recommendedCents: 1_000n });
  const small = await approver(999n);
  const none = await somebody("APPROVER");
  const enough = await approver(1_000n);
  const busy = await approver(null);
  await duty(id, busy, "RECOMMEND");
  const why = expect.stringMatching(
    new RegExp(`^\\$10\\.00 is recommended, but you can only decide up to \\$9\\.99\\. .*${enough.name}`),
  );
  expect(await obstacles(small, reference)).toEqual({ decline: why });
  expect((await obstacles(small, reference)).decline).not.toContain(busy.name);
  expect(Object.keys(await obstacles(none, reference))).toEqual(["approve", "decline"]);
  expect(await obstacles(enough, reference)).toEqual({});
});

test("closing takes its three steps one after the other", async () => {
  const desk = await somebody("DESK");
  const { id, reference } = await application("CLOSING");
  await declareNone(desk.personId, { reference });
  const steps = ["close", "confirmSurplus", "recordRecovery", "submitAcquittal"] as const;
  const blocked = async () => {
    const standing = await listObstacles(desk, await getApplication(desk, reference));
    return steps.filter((step) => step in standing);
  };
  expect(await blocked()).toEqual(["close", "confirmSurplus", "recordRecovery"]);
  await acquit(id, day(-6), null);
  expect(await blocked()).toEqual(["close", "recordRecovery", "submitAcquittal"]);
  await unguarded().acquittal.updateMany({ where: { applicationId: id }, data: { surplusConfirmedAt: day(-5) } });
  expect(await blocked()).toEqual(["confirmSurplus", "recordRecovery", "submitAcquittal"]);
});
