import { z } from "zod";
import { readChanges } from "#lib/applications/answers/queries.ts";
import { type SectionKey, WRITTEN_SECTIONS } from "#lib/applications/form/sections.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { readFileChanges } from "#lib/documents/queries.ts";
import type { StepForm } from "#lib/form/fields.ts";
import type { Actor, AgencyActor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { answerFields, answerInput, type BySection, isSameSection } from "./schema.ts";

const SECTION = z.enum(WRITTEN_SECTIONS as [SectionKey, ...SectionKey[]]);
/** Requests from before each section had a text of its own have none. */
const ASKED = z.object({ sections: z.array(SECTION), changes: z.partialRecord(SECTION, z.string()).default({}) });
const ANSWERED = z.object({ answers: z.partialRecord(SECTION, z.string()).default({}) });

/** What MFAT asked to be changed after it had read a version, and what the agency answered last. */
export type AskedChanges = { reason: string; sections: SectionKey[]; changes: BySection; answers: BySection };

/** `version`: the version that MFAT had read. Null where it asked for no changes of it. */
export async function readAskedChanges(
  actor: Actor,
  applicationId: string,
  version: number,
  client: Pick<Tx, "auditEvent"> = db(),
): Promise<AskedChanges | null> {
  const events = await client.auditEvent.findMany({
    where: {
      applicationId,
      application: scopeOf(actor),
      action: { in: ["signOffAndSubmit", "askForChanges", "sendForSignOff"] },
    },
    orderBy: { id: "asc" },
    select: { action: true, reason: true, data: true },
  });
  const signed = events.flatMap(({ action }, index) => (action === "signOffAndSubmit" ? [index] : []));
  const since = events.slice(signed[version - 1] ?? events.length, signed[version]);
  const at = since.findIndex(({ action }) => action === "askForChanges");
  const asked = since[at];
  if (!asked) return null;
  const answered = since.slice(at).findLast(({ action }) => action === "sendForSignOff");
  return {
    reason: asked.reason ?? "",
    ...ASKED.parse(asked.data),
    answers: ANSWERED.parse(answered?.data ?? {}).answers,
  };
}

/** The changes that MFAT asks for now, and by when; null if it asks for none. */
export async function readChangeRequest(
  actor: AgencyActor,
  { id, state, versionNumber, changesDueAt }: ApplicationHeader,
) {
  if (state !== "CHANGES_REQUESTED") return null;
  const asked = await readAskedChanges(actor, id, versionNumber);
  return asked && { ...asked, dueAt: changesDueAt };
}

/** An answer to each change that MFAT asked for; of a draft that MFAT has not read, nothing. */
export async function readSignOffForm(actor: AgencyActor, application: ApplicationHeader): Promise<StepForm> {
  const asked = await readChangeRequest(actor, application);
  if (!asked) return { fields: [], initial: {} };
  const changed = await readChanges(actor, application);
  const files = changed && (await readFileChanges(actor, application, changed));
  const { sections, answers } = asked;
  return {
    fields: answerFields(sections, (key) => isSameSection(key, changed?.sections ?? [], files)),
    initial: Object.fromEntries(sections.map((key) => [answerInput(key), answers[key] ?? ""])),
  };
}
