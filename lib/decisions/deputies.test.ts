// What a deputy decides under the delegation of an approver.

import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { endDeputy } from "#lib/deputies/commands.ts";
import { listDelegations, listOwnDeputies } from "#lib/deputies/queries.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { changePerson, endAccount } from "#lib/people/commands.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded } from "#lib/testing/database.ts";
import {
  AMOUNT,
  approve,
  approver,
  certifier,
  decisionOf,
  decline,
  desk,
  inDecision,
  LOW,
  name,
  refusal,
  request,
  somebody,
  standOn,
  startYear,
  stateOf,
  useDecisions,
} from "#lib/testing/decisions.ts";
import { asShown } from "#lib/testing/settings.ts";
import { listWork } from "#lib/work/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import * as decisions from "./commands.ts";
import { readDecisions } from "./queries.ts";

useDecisions();

describe("a deputy", () => {
  test("decides under the approver's delegation, and is recorded as deciding for them", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    await name(chief, deputy);
    const reference = await inDecision();
    expect((await listWork(deputy)).items.map((item) => item.reference)).toContain(reference);
    await approve(deputy, reference);
    expect(await decisionOf(reference)).toMatchObject({
      decidedById: deputy.personId,
      forId: chief.personId,
      forDuty: "DELEGATE",
      delegationCents: null,
    });
    const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
    const said = `${deputy.name} for ${chief.name}`;
    expect((await readDecisions(desk, id))[0]?.decisions[0]?.by).toBe(said);
    expect((await listHistory(desk, id))[0]).toMatchObject({ action: "approve", by: said });
    const mail = await db().email.findFirstOrThrow({ where: { applicationId: id, subject: { contains: "approved" } } });
    expect(mail.text).toContain(`Decided by ${said}.`);
  });

  test("decides under their own delegation where it suffices", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    await name(chief, deputy);
    const reference = await inDecision(LOW);
    await approve(deputy, reference, LOW);
    expect(await decisionOf(reference)).toMatchObject({ forId: null, forDuty: null, delegationCents: LOW });
  });

  test("declines for the approver, and the agency does not read who did", async () => {
    const [chief, deputy] = [await approver(null), await approver()];
    await name(chief, deputy);
    const reference = await inDecision();
    await decline(deputy, reference);
    expect(await decisionOf(reference)).toMatchObject({ outcome: "DECLINED", forId: chief.personId });
    const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
    const mails = await db().email.findMany({ where: { applicationId: id, to: certifier.email } });
    expect(mails.map(({ text }) => text).join()).not.toMatch(new RegExp(`${chief.name}\\b|${deputy.name}\\b`));
    expect((await listHistory(certifier, id)).map(({ action }) => action)).toEqual([]);
  });

  test("decides nothing before the first day, nor after the last", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    const later = startYear + 1; // this year may have ended in three days
    const reference = await inDecision(AMOUNT, later);
    await name(chief, deputy, 1, 2);
    const decide = () => approve(deputy, reference, AMOUNT, null, later);
    const isRefused = async () => expect((await refusal(decide())).code).toBe("INVALID");
    await isRefused();
    standOn(3);
    await isRefused();
    standOn(1);
    await decide();
    expect(await stateOf(reference)).toBe("APPROVED");
  });

  test("decides nothing once it is ended, by whom it was for alone, and the same form twice ends it once", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    await name(chief, deputy);
    const id = (await listOwnDeputies(chief)).named[0]?.id ?? "";
    expect((await refusal(endDeputy(deputy, await asShown(deputy.personId), id))).code).toBe("NOT_FOUND");
    const again = { requestId: randomUUID() };
    await endDeputy(chief, await asShown(chief.personId, again.requestId), id);
    await endDeputy(chief, await asShown(chief.personId, again.requestId), id);
    expect((await refusal(endDeputy(chief, await asShown(chief.personId), id))).code).toBe("STATE");
    expect((await refusal(approve(deputy, await inDecision()))).code).toBe("INVALID");
    const events = await db().auditEvent.findMany({ where: { subject: `person:${chief.personId}` } });
    expect(events.map(({ event }) => event)).toEqual(["deputy.named", "deputy.ended"]);
    const told = await db().email.findMany({ where: { to: deputy.email }, orderBy: { id: "asc" } });
    expect(told.map(({ subject }) => subject.slice(0, 40))).toEqual([
      expect.stringContaining("You are deputy for"),
      expect.stringContaining("You are no longer"),
    ]);
  });

  test("ends with the account or the role of either, for good", async () => {
    const admin = await somebody("ADMINISTRATOR");
    const ends: ((chief: MfatActor, deputy: MfatActor) => Promise<void>)[] = [
      async (chief) => endAccount(admin, await asShown(chief.personId), chief.personId),
      async (chief) =>
        changePerson(admin, await asShown(chief.personId), chief.personId, { name: chief.name, roles: ["DESK"] }),
      async (_, deputy) =>
        changePerson(admin, await asShown(deputy.personId), deputy.personId, { name: deputy.name, roles: ["BUDGET"] }),
      async (_, deputy) => endAccount(admin, await asShown(deputy.personId), deputy.personId),
    ];
    for (const end of ends) {
      const [chief, deputy] = [await approver(null), await approver(LOW)];
      await name(chief, deputy);
      await end(chief, deputy);
      const row = await db().deputy.findFirstOrThrow({ where: { approverId: chief.personId } });
      expect(row).toMatchObject({ endedById: admin.personId, endedAt: expect.any(Date) });
      expect((await listDelegations(deputy, randomUUID())).filter(({ of }) => of)).toEqual([]);
    }
  });

  test("is refused where they have another part in the application, or an interest in it", async () => {
    const [chief, deputy, other] = [await approver(null), await approver(LOW), await approver(null)];
    await name(chief, deputy);
    await name(other, deputy);
    const reference = await inDecision();
    const application = { applicationId: (await db().application.findUniqueOrThrow({ where: { reference } })).id };
    await db().duty.create({ data: { ...application, personId: deputy.personId, side: "MFAT", kind: "ASSESS" } });
    expect((await refusal(approve(deputy, reference))).message).toMatch(/assessor of it/);
    const second = await inDecision();
    const { id } = await db().application.findUniqueOrThrow({ where: { reference: second } });
    const recused = { hasInterest: true, isRecused: true, description: "A friend" };
    await unguarded().interestDeclaration.create({
      data: { applicationId: id, personId: deputy.personId, ...recused },
    });
    const form = { phasing: [{ startYear, cents: AMOUNT }], conditions: "One report", reason: null };
    const work = decisions.approve(deputy, await request(second), second, form);
    expect((await refusal(work)).message).toMatch(/declared an interest/);
  });

  test("does not decide for whom has another part in the application, or an interest in it", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    await name(chief, deputy);
    const [dutiful, recused] = [await inDecision(), await inDecision()];
    const idOf = async (reference: string) => (await db().application.findUniqueOrThrow({ where: { reference } })).id;
    await db().duty.create({
      data: { applicationId: await idOf(dutiful), personId: chief.personId, side: "MFAT", kind: "ASSESS" },
    });
    await unguarded().interestDeclaration.create({
      data: {
        applicationId: await idOf(recused),
        personId: chief.personId,
        hasInterest: true,
        isRecused: true,
        description: "A friend",
      },
    });
    const waiting = (await listWork(deputy)).items.map(({ reference }) => reference);
    for (const reference of [dutiful, recused]) {
      expect(waiting).not.toContain(reference);
      expect((await refusal(approve(deputy, reference))).code).toBe("INVALID");
    }
  });

  test("for whom it was decided has no other part in the application afterwards: the database holds it", async () => {
    const [chief, deputy] = [await approver(null), await approver(LOW)];
    await name(chief, deputy);
    const reference = await inDecision();
    await approve(deputy, reference);
    const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
    const held = { applicationId: id, personId: chief.personId, side: "MFAT" as const };
    await expect(db().duty.create({ data: { ...held, kind: "ASSESS" } })).rejects.toThrow();
    const decision = await decisionOf(reference);
    // As if it had been decided for another approver, who has no part in it.
    const another = await approver(null);
    await name(another, deputy);
    const lie = { ...decision, id: randomUUID(), forId: another.personId, forDuty: "DELEGATE" as const };
    await expect(db().decision.create({ data: lie })).rejects.toThrow(/Decision_applicationId_forId_forDuty_fkey/);
    await expect(db().decision.create({ data: { ...lie, forDuty: "RECOMMEND" } })).rejects.toThrow(/Decision_for/);
  });

  test("does not hand on the delegation, and an amount above both is at its place", async () => {
    const [chief, deputy, third] = [await approver(AMOUNT - 1n), await approver(LOW), await approver()];
    await name(chief, deputy);
    await name(deputy, third);
    const reference = await inDecision();
    const above = await refusal(approve(deputy, reference));
    expect(above.fields[`phasing${startYear}`]).toMatch(
      /^You can only decide up to \$199,999\.99\. \$200,000\.00 needs/,
    );
    expect((await listDelegations(third, randomUUID())).map(({ of, limitCents }) => [of?.name, limitCents])).toEqual([
      [deputy.name, LOW],
    ]);
    await approve(deputy, reference, AMOUNT - 1n, "As much as there is a delegation for");
    expect(await decisionOf(reference)).toMatchObject({ forId: chief.personId, delegationCents: AMOUNT - 1n });
  });

  test("is another approver, on days that are free, named by who holds a delegation", async () => {
    const [chief, deputy, assessor] = [await approver(null), await approver(), await somebody("ASSESSOR")];
    expect((await refusal(name(chief, assessor))).fields).toHaveProperty("deputy");
    expect((await refusal(name(chief, chief))).fields).toHaveProperty("deputy");
    expect((await refusal(name(chief, deputy, -1, 2))).fields).toHaveProperty("fromOn-day");
    expect((await refusal(name(deputy, chief))).code).toBe("STATE");
    await expect((async () => name(assessor, deputy))()).rejects.toMatchObject({ code: "FORBIDDEN" });
    const both = await Promise.allSettled([name(chief, deputy), name(chief, deputy)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});
