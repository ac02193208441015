import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import type { LetterKind } from "#lib/platform/db/generated/enums.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { currentTemplate, readLetterHead } from "./queries.ts";
import {
  checkTemplate,
  LETTERS,
  type LetterSubject,
  type MergeValues,
  mergeLetter,
  type TemplateText,
} from "./rules.ts";

/** `revision`: the number of the version that the page showed. */
type WriteRequest = { requestId: string; revision: number; remoteAddress?: string };

/**
 * Saves the text of a letter as a new version, which every later letter of its kind is made of; the same text again makes
 * none.
 * @throws INVALID at the fields, CONFLICT where somebody saved meanwhile, FORBIDDEN
 */
export function saveTemplate(
  actor: MfatActor,
  request: WriteRequest,
  kind: LetterKind,
  text: TemplateText,
): Promise<void> {
  permit(actor, "letter:keep");
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('letters'))`;
    if (await isRepeated(tx, request.requestId)) return;
    const errors = checkTemplate(kind, text);
    if (Object.keys(errors).length) throw invalid(errors);
    const before = await currentTemplate(tx, kind);
    if (before.number !== request.revision) throw await savedMeanwhile(tx, before);
    if (before.subject === text.subject && before.body === text.body) return;
    const number = before.number + 1;
    const { subject, body } = text;
    await tx.letterTemplate.create({
      data: { kind, number, subject, body, savedById: actor.personId, savedAt: now() },
    });
    await recordEvent(tx, {
      event: "letter.saved",
      actor,
      subject: `letter:${kind}`,
      data: { version: number },
      requestId: request.requestId,
      ...(request.remoteAddress && { remoteAddress: request.remoteAddress }),
    });
  });
}

async function savedMeanwhile(tx: Tx, last: { number: number; savedById: string | null; savedAt: Date }) {
  const by = last.savedById && (await tx.person.findUnique({ where: { id: last.savedById }, select: { name: true } }));
  const who = by ? ` by ${by.name}` : "";
  return conflict(
    `Version ${last.number} was saved${who} on ${formatInstant(last.savedAt)}, after you opened this page. Yours is still here: read that one under “Versions”, then save again to replace it.`,
  );
}

/** The text that the portal began with, as a new version. */
export const restoreTemplate = (actor: MfatActor, request: WriteRequest, kind: LetterKind): Promise<void> =>
  saveTemplate(actor, request, kind, LETTERS[kind].starting);

/** Makes the letter of its kind's text as it is now, and keeps it as it is sent. */
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
