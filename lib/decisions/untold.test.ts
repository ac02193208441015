// Until its letter is sent, an agency cannot tell an application that was declined from one that was approved.

import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { upcomingDates } from "#lib/applications/calendar/rules.ts";
import { getApplication, readAgencyHome } from "#lib/applications/queries.ts";
import { readArrangement } from "#lib/arrangements/queries.ts";
import { listMailOf } from "#lib/correspondence/queries.ts";
import { findLetter } from "#lib/letters/queries.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { stateLabel } from "#lib/lifecycle/states.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { csvOf, passSheet } from "#lib/platform/sheet.ts";
import { getCopy } from "#lib/records/queries.ts";
import { applicationPaper } from "#lib/records/rules.ts";
import { unguarded } from "#lib/testing/database.ts";
import {
  approve,
  approver,
  certifier,
  decline,
  desk,
  inDecision,
  refusal,
  request,
  stateOf,
  useDecisions,
} from "#lib/testing/decisions.ts";
import { everyRow } from "#lib/testing/files.ts";
import { eachApplication, listApplications } from "#lib/views/queries.ts";
import { applicationSheet } from "#lib/views/rules.ts";
import { readSearch } from "#lib/views/schema.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { whatNext } from "#lib/workflow/rules.ts";
import { stepsFor } from "#lib/workflow/steps.ts";
import { reopenDecision, sendDecisionLetter } from "./commands.ts";
import { readDeclineText } from "./queries.ts";

useDecisions();

const filterBy = (values: Record<string, string>) => {
  const { filter } = readSearch("AGENCY", values, {});
  if (!filter) throw new Error("no such filter");
  return filter;
};

/** All that an agency reads about an application, but for what names it and its times. */
async function readBy(actor: Extract<Actor, { side: "AGENCY" }>, reference: string) {
  const application = await getApplication(actor, reference);
  const { id, state, requestedCents, recommendedCents, approvedCents, phasing, waiting, duties, isOpen } = application;
  const rows = (await everyRow(eachApplication(db(), actor, filterBy({})))).filter(
    (row) => row.reference === reference,
  );
  const searched = await everyRow(eachApplication(db(), actor, filterBy({ words: reference, waitsOn: "MFAT" })));
  const { open } = await readAgencyHome(actor, new Date());
  const paper = applicationPaper(await getCopy(actor, reference), "AGENCY", new Date(0));
  const { funding, ...arranged } = await readArrangement(actor, id);
  const mails = await db().email.findMany({ where: { applicationId: id, to: actor.email } });
  const ahead = { ...application, endsOn: null, offerDueAt: null, varying: null };
  const read = {
    state: stateLabel(state, "AGENCY"),
    amounts: { requestedCents, recommendedCents, approvedCents, phasing, funding, arranged },
    waitsOn: waiting && { ...waiting, role: null, since: waiting.since.getTime() === application.stateSince.getTime() },
    duties,
    isOpen,
    listed: csvOf(await passSheet(applicationSheet("AGENCY", { chips: [], values: {} }, new Date(0)), [rows])),
    isInHome: open.some((one) => one.reference === reference),
    found: searched.map((row) => row.reference),
    dates: upcomingDates(open, new Date()).filter((date) => date.reference === reference),
    paper,
    mayDo: [stepsFor(state, actor.roles, false), stepsFor(state, actor.roles, true)],
    obstacles: await listObstacles(actor, application),
    next: whatNext(ahead, "AGENCY"),
    history: (await listHistory(actor, id)).map(({ action, reason }) => [action, reason]),
    letter: await findLetter(actor, id),
    told: await readDeclineText(actor, id),
    mails: mails.map(({ subject, text }) => [subject, text]),
    mailLog: (await listMailOf(actor, id)).map(({ subject }) => subject),
    refusal: (
      await refusal(
        takeStep(actor, { ...(await request(reference)) }, reference, "acceptOffer", {
          values: { isAccepted: "yes" },
          isLater: false,
        }),
      )
    ).message,
    stale: (
      await refusal(
        takeStep(actor, { ...(await request(reference)), revision: 0 }, reference, "withdraw", {
          values: { reason: "No" },
          isLater: false,
        }),
      )
    ).message,
  };
  return JSON.stringify(read, (_, value) => (typeof value === "bigint" ? String(value) : value))
    .replaceAll(reference, "PSF")
    .replaceAll(id, "id");
}

const countIn = async (state: State | "OPEN" | "ENDED") =>
  (await listApplications(certifier, filterBy({ state }))).totals.count;

test("an agency reads the same of what was declined and of what was approved, until its letter", async () => {
  const chief = await approver(null);
  const [good, bad] = [await inDecision(), await inDecision()];
  const before = [await countIn("BUDGET_CHECK"), await countIn("OPEN"), await countIn("ENDED")];
  await approve(chief, good);
  await decline(chief, bad);
  expect([await stateOf(good), await stateOf(bad)]).toEqual(["APPROVED", "UNSUCCESSFUL"]);
  expect(await readBy(certifier, bad)).toBe(await readBy(certifier, good));
  expect([await countIn("BUDGET_CHECK"), await countIn("OPEN"), await countIn("ENDED")]).toEqual(before);
  const { id } = await db().application.findUniqueOrThrow({ where: { reference: bad } });
  const mails = () => db().email.findMany({ where: { applicationId: id }, orderBy: { id: "asc" } });
  expect((await mails()).filter(({ to }) => to === certifier.email)).toEqual([]);
  expect((await mails()).at(-1)).toMatchObject({
    to: "psf@mfat.govt.nz",
    text: expect.stringContaining("It is now “Unsuccessful” and is waiting on the desk officer."),
  });

  // Nor where it is reopened, and decided as before or otherwise.
  const [other, reopened] = [await inDecision(), await inDecision()];
  await decline(chief, reopened);
  await reopenDecision(chief, await request(reopened), reopened, { reason: "Read again" });
  expect(await readBy(certifier, reopened)).toBe(await readBy(certifier, other));
  await approve(chief, reopened);
  expect(await readBy(certifier, reopened)).toBe(await readBy(certifier, bad));

  // The desk’s letter tells it, in the words of who decided; who took part for the agency is told by mail.
  await db().comment.create({
    data: {
      applicationId: id,
      agencyId: certifier.agencyId,
      authorId: certifier.personId,
      requestId: randomUUID(),
      text: "Well?",
      at: new Date(),
    },
  });
  await sendDecisionLetter(desk, await request(bad), bad);
  expect(await stateOf(bad)).toBe("DECLINED");
  expect((await findLetter(certifier, id))?.text).toContain("The fund has helped with this before.");
  expect((await mails()).filter(({ to }) => to === certifier.email).map(({ text }) => text)).toEqual([
    expect.stringMatching(/Decision letter sent by MFAT on .+It is now “Declined”\..+The letter is in the portal\./s),
  ]);
  expect(await readBy(certifier, bad)).not.toBe(await readBy(certifier, good));
});

test("what was declined before there was a step for the letter still reads so", async () => {
  const chief = await approver(null);
  const reference = await inDecision();
  await decline(chief, reference);
  const { id } = await unguarded().application.update({ where: { reference }, data: { state: "DECLINED" } });
  await unguarded().auditEvent.create({
    data: {
      event: "application.declined",
      action: "decline",
      actorId: chief.personId,
      applicationId: id,
      fromState: "DECISION",
      toState: "DECLINED",
      at: new Date(),
      data: {},
    },
  });
  expect((await listHistory(certifier, id)).map(({ action, by }) => [action, by])).toEqual([["decline", "MFAT"]]);
  expect(await readDeclineText(certifier, id)).toBe("The fund has helped with this before.");
});
