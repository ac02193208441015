import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import type { LetterKind } from "#lib/platform/db/generated/enums.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { invalid } from "#lib/platform/errors.ts";
import { currentTemplate, readLetterHead } from "./queries.ts";
import {
  checkTemplate,
  LETTERS,
  type LetterSubject,
  type MergeValues,
  mergeLetter,
  type TemplateText,
} from "./rules.ts";
import { TEMPLATE_FIELDS } from "./schema.ts";

/**
 * Saves the text of a letter as a new version, whose number is its revision; every later letter of its kind is made
 * from it.
 * @throws INVALID at the fields, CONFLICT where somebody saved meanwhile, STATE where nothing has changed, FORBIDDEN
 */
export function saveTemplate(actor: MfatActor, request: Revised, kind: LetterKind, text: TemplateText): Promise<void> {
  permit(actor, "letter:keep");
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('letters'))`;
    if (await isRepeated(tx, request.requestId)) return;
    const errors = checkTemplate(kind, text);
    if (Object.keys(errors).length) throw invalid(errors);
    const before = await currentTemplate(tx, kind);
    const known = await knowing(tx, request, {
      subject: `letter:${kind}`,
      revision: before.number,
      fields: TEMPLATE_FIELDS,
      values: { subject: before.subject, body: before.body },
    });
    if (before.subject === text.subject && before.body === text.body) throw nothingChanged();
    const number = before.number + 1;
    const { subject, body } = text;
    await tx.letterTemplate.create({
      data: { kind, number, subject, body, savedById: actor.personId, savedAt: now() },
    });
    await recordEvent(tx, {
      event: "letter.saved",
      known,
      actor,
      subject: `letter:${kind}`,
      data: { version: number },
      requestId: request.requestId,
      ...(request.remoteAddress && { remoteAddress: request.remoteAddress }),
    });
  });
}

/** Restores the original text, as a new version. */
export const restoreTemplate = (actor: MfatActor, request: Revised, kind: LetterKind): Promise<void> =>
  saveTemplate(actor, request, kind, LETTERS[kind].starting);

/** Makes a letter from the current text of its kind, and stores it as it is sent. */
export async function sendLetter(
  tx: Tx,
  actor: MfatActor,
  application: LetterSubject & { id: string; agencyId: string },
  kind: LetterKind,
  values: MergeValues,
): Promise<{ id: string }> {
  const [template, sentAt] = [await currentTemplate(tx, kind), now()];
  const head = await readLetterHead(tx, kind, application, { signatory: actor.name, sentAt });
  return tx.letter.create({
    data: {
      applicationId: application.id,
      kind,
      text: mergeLetter(template, values, head),
      templateId: template.id,
      sentById: actor.personId,
      sentAt,
    },
    select: { id: true },
  });
}
