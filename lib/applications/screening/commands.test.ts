import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { getDraft } from "#lib/applications/answers/queries.ts";
import { sendForSignOff, signOffAndSubmit } from "#lib/applications/commands.ts";
import { saveSection } from "#lib/applications/form/commands.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { text } from "#lib/form/fields.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone, useTestDatabase } from "#lib/testing/database.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { askForChanges } from "./commands.ts";
import { readAskedChanges, readSignOffForm } from "./queries.ts";
import { answerInput, changeInput, readChangesAsked } from "./schema.ts";

useTestDatabase("template_demo");

async function who(email: string) {
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return actor;
}

let [reference, version] = ["", 0];
let desk: MfatActor;
let contributor: AgencyActor;
let certifier: AgencyActor;
const opened = async (actor: AgencyActor) => getApplication(actor, reference);
const fresh = async () => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { requestId: randomUUID(), revision };
};

beforeEach(async () => {
  const submitted = await db().application.findFirstOrThrow({
    where: {
      state: "SUBMITTED",
      heldAt: null,
      agency: { abbreviation: { in: ["NZ Police", "Customs", "Maritime NZ"] } },
    },
    include: { agency: true },
  });
  ({ reference, versionNumber: version } = submitted);
  const domain = submitted.agency.emailDomains.find((name) => name.endsWith(".example"));
  desk = asMfat(await who("desk@mfat.example"));
  contributor = asAgency(await who(`contributor@${domain}`));
  certifier = asAgency(await who(`certifier@${domain}`));
  await declareNone(desk.personId, { reference });
});

const dueOn = () => addDays(dayOf(now()), 10);

test("changes are asked for section by section, and the form names the day and at least one section", () => {
  const day = { "dueOn-day": "1", "dueOn-month": "7", "dueOn-year": "2099" };
  expect(readChangesAsked({ ...day, [changeInput("need")]: " Say more. " })).toEqual({
    changes: { need: "Say more." },
    dueOn: new Date("2099-07-01"),
  });
  const refused = (values: Parameters<typeof readChangesAsked>[0]) => {
    try {
      return readChangesAsked(values);
    } catch (error) {
      return (error as { fields: unknown }).fields;
    }
  };
  expect(refused(day)).toEqual({ [changeInput("initiative")]: "Enter what needs to change in at least one section" });
  expect(refused({ [changeInput("need")]: "Say more." })).toEqual({ "dueOn-day": "Enter the day they must answer by" });
});

test("the agency answers each change in words; what it left as it was is pointed out, and MFAT reads both", async () => {
  const changes = { need: "Say which boats.", value: "Compare two prices." };
  await askForChanges(desk, await fresh(), reference, { changes, dueOn: dueOn() });
  const [line] = await listHistory(contributor, (await opened(contributor)).id);
  expect(line?.reason).toBe("The need: Say which boats.\nValue and sustainability: Compare two prices.");

  const draft = await getDraft(contributor, await opened(contributor));
  expect(draft.sections.filter(({ isOpen }) => isOpen).map(({ key }) => key)).toEqual(["need", "value"]);
  const need = draft.sections.find(({ key }) => key === "need")?.values ?? {};
  const threat = `${text(need, "threat")} Eleven boats.`;
  await saveSection(contributor, reference, "need", { ...need, threat, requestId: randomUUID(), shown: "" }, "whole");
  const form = await readSignOffForm(contributor, await opened(contributor));
  expect(form.fields.map(({ hint }) => hint)).toEqual([
    "Tell MFAT what you changed",
    "You have not changed this section. Change it, or tell MFAT why it stays as it is",
  ]);

  const answers = { need: "We named the boats.", value: "There is one supplier only." };
  const half = { [answerInput("need")]: answers.need };
  await expect(sendForSignOff(contributor, await fresh(), reference, half)).rejects.toMatchObject({
    fields: { [answerInput("value")]: "Enter your answer about “Value and sustainability”" },
  });
  const whole = { ...half, [answerInput("value")]: answers.value };
  await sendForSignOff(contributor, await fresh(), reference, whole);
  const { id } = await opened(certifier);
  const declaration = { isAccurate: true, isAuthorised: true, isPeopleTold: true, position: "Manager" } as const;
  await signOffAndSubmit(certifier, await fresh(), reference, declaration);
  expect(await readAskedChanges(desk, id, version)).toMatchObject({ sections: ["need", "value"], changes, answers });
  expect(await readAskedChanges(desk, id, version + 1)).toBeNull();
});
