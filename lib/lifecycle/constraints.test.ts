// The database's refusals in words. Those about money are tested in budget/ledger.test.ts.
import { beforeAll, expect, test } from "vitest";
import { db } from "#lib/platform/db.ts";
import { DomainError, violates } from "#lib/platform/errors.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { fromDatabase } from "./constraints.ts";

useTestDatabase();

let applicationId = "";
let roundId = "";
let personId = "";

beforeAll(async () => {
  const { id: agencyId } = await db().agency.findFirstOrThrow();
  const person = { email: "errors@mfat.example", name: "Errors", side: "MFAT" as const };
  personId = (await unguarded().person.create({ data: person })).id;
  roundId = (
    await unguarded().round.create({ data: { name: "Errors", opensAt: new Date(0), publishedAt: new Date(0) } })
  ).id;
  const application = { reference: "PSF-2026-0001", agencyId, roundId, createdById: personId };
  applicationId = (await unguarded().application.create({ data: application })).id;
  await db().duty.create({ data: { applicationId, personId, side: "MFAT", kind: "ASSESS" } });
});

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => new Error("not refused"),
    (error: unknown) => error,
  );

test("a second duty of one person", async () => {
  const recommend = { applicationId, personId, side: "MFAT", kind: "RECOMMEND" } as const;
  expect(fromDatabase(await errorOf(db().duty.create({ data: recommend })))).toMatchObject({
    code: "FORBIDDEN",
    message: expect.stringMatching(/Declare your interests/),
  });
  await declareNone(personId, { id: applicationId });
  const second = db().duty.create({ data: recommend });
  expect(fromDatabase(await errorOf(second))).toMatchObject({
    code: "FORBIDDEN",
    message: expect.stringMatching(/another part/),
  });
});

test("a duty of the other side", async () => {
  const { id } = await unguarded().person.create({ data: { email: "side@mfat.example", name: "Side", side: "MFAT" } });
  const certify = db().duty.create({ data: { applicationId, personId: id, side: "MFAT", kind: "CERTIFY" } });
  expect(fromDatabase(await errorOf(certify))).toMatchObject({
    code: "FORBIDDEN",
    message: expect.stringMatching(/Your side cannot take that step/),
  });
});

test("a score in spite of a declared interest, and an interest that is said not to recuse", async () => {
  const assessment = { applicationId, assessorId: personId, versionNumber: 1, assignedById: personId };
  await unguarded().assessment.create({ data: assessment });
  const { id: criterionId } = await unguarded().criterion.create({
    data: { roundId, position: 0, name: "Need", weight: 100, anchors: [] },
  });
  const score = () =>
    db().assessmentScore.create({ data: { applicationId, assessorId: personId, criterionId, score: 4 } });
  const refused = { code: "FORBIDDEN", message: expect.stringMatching(/Declare your interests before/) };
  const key = { applicationId_personId: { applicationId, personId } };
  await unguarded().interestDeclaration.update({ where: key, data: { hasInterest: true, isRecused: true } });
  expect(fromDatabase(await errorOf(score()))).toMatchObject(refused);
  await expect(db().interestDeclaration.update({ where: key, data: { isRecused: false } })).rejects.toThrow(
    "InterestDeclaration_recused",
  );
});

test("a payment's reference twice, typed in another way", async () => {
  await unguarded().payment.create({ data: { reference: "FIN-1", recordedById: personId } });
  const error = await errorOf(db().payment.create({ data: { reference: "fin 1", recordedById: personId } }));
  expect(fromDatabase(error)).toMatchObject({ code: "CONFLICT", message: expect.stringMatching(/already recorded/) });
  expect(violates(error, "Payment_reference_once")).toBe(true);
  expect(violates(error, "Round_name_key")).toBe(false);
});

test("an offer that is accepted after its last day", async () => {
  const sent = { applicationId, sentById: personId, sentAt: new Date(0) };
  const { id: letterId } = await unguarded().letter.create({ data: { ...sent, kind: "OFFER", text: "An offer" } });
  const offer = { ...sent, letterId, amountCents: 1n, dueAt: new Date(1_000) };
  const { id } = await unguarded().offer.create({ data: offer });
  const late = { outcome: "ACCEPTED", answeredById: personId, answeredAt: new Date(2_000) } as const;
  expect(fromDatabase(await errorOf(db().offer.update({ where: { id }, data: late })))).toMatchObject({
    code: "STATE",
    message: expect.stringMatching(/until the end of its last day/),
  });
});

test("an error that stands for no refusal is none", () => {
  expect(fromDatabase(new Error("connection lost"))).toBeNull();
  expect(fromDatabase("FinancialYear_within_envelope")).toBeNull();
  expect(fromDatabase(new Error("outer", { cause: new Error("FinancialYear_within_envelope") }))).toBeInstanceOf(
    DomainError,
  );
});
