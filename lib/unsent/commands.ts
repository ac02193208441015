import { text, type Values } from "#lib/form/fields.ts";
import { inputsOfField, markOf, mergeAnswers } from "#lib/form/merge.ts";
import { storedValues } from "#lib/form/stored.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { CARRIED, fieldsIn, typedIn } from "./rules.ts";

/** A form, by its page and its name there. */
export type FormPlace = { path: string; form: string };

/** The most unsent forms that one person can have, and how long each is kept. */
const FORMS_MAX = 300;
const DAYS_MAX = 90;
const NAME_CHARS_MAX = 200;
const PATH_CHARS_MAX = 2_000;

export type KeptTyping = {
  at: Date;
  /** The marks that the sender's form should carry from now on. */
  shown: string;
  /**
   * What was typed in another window meanwhile: in fields that the sender had not changed, and in fields that they had.
   */
  taken: Values;
  differing: { name: string; values: Values }[];
};

/**
 * Saves what its sender has typed into a form so far, merged with what they typed into the same form in another window.
 * @throws STATE
 */
export async function saveUnsent(actor: Actor, { path, form }: FormPlace, sent: Values): Promise<KeptTyping> {
  if (form.length > NAME_CHARS_MAX || path.length > PATH_CHARS_MAX) {
    throw new DomainError("STATE", "We do not know this form, so nothing was saved.");
  }
  const { personId } = actor;
  const at = now();
  const shown = text(sent, CARRIED.shown);
  const first = text(sent, CARRIED.began);
  const fields = fieldsIn(sent);
  const typed = typedIn(fields, sent);
  const key = { personId_path_form: { personId, path, form } };
  return transaction(async (tx) => {
    const row = await lockOrBegin(tx, key, {
      values: typed as Prisma.InputJsonObject,
      began: first || shown,
      savedAt: at,
    });
    const began = first || row?.began || shown;
    // Whoever starts it wrote all of it.
    const { values, taken, differing, ...merged } = row
      ? mergeAnswers(fields, storedValues(row.values), typed, shown)
      : { values: typed, taken: [], differing: [], shown: markOf(fields, typed) };
    // Unchanged fields do not need to be filled in again.
    if (markOf(fields, values) === began) await tx.unsentForm.delete({ where: key });
    else if (row) {
      await tx.unsentForm.update({
        where: key,
        data: { values: values as Prisma.InputJsonObject, began, savedAt: at },
      });
    }
    return {
      at,
      shown: merged.shown,
      taken: Object.assign({}, ...taken.map((field) => inputsOfField(field, values))),
      differing: differing.map(({ name }) => ({ name, values: inputsOfField({ name }, values) })),
    };
  });
}

type Key = { personId_path_form: FormPlace & { personId: string } };
type Begun = { values: Prisma.InputJsonObject; began: string; savedAt: Date };

/**
 * The form as another window left it, locked until this one is done; undefined where this is the first. @throws STATE
 */
async function lockOrBegin(tx: Tx, { personId_path_form: key }: Key, begun: Begun) {
  const { count } = await tx.unsentForm.createMany({ data: [{ ...key, ...begun }], skipDuplicates: true });
  if (count && (await tx.unsentForm.count({ where: { personId: key.personId } })) > FORMS_MAX) {
    throw new DomainError(
      "STATE",
      "You have too many forms that you have not sent. Send or clear some of them first. Nothing was saved.",
    );
  }
  if (count) return undefined;
  const [row] = await tx.$queryRaw<{ values: unknown; began: string }[]>`
    SELECT values, began FROM "UnsentForm"
      WHERE "personId" = ${key.personId}::uuid AND path = ${key.path} AND form = ${key.form} FOR UPDATE`;
  return row;
}

/** Deletes what somebody has typed into a form: it was sent, or they want to clear it. */
export async function clearUnsent(actor: Actor, { path, form }: FormPlace): Promise<void> {
  await db().unsentForm.deleteMany({ where: { personId: actor.personId, path, form } });
}

/** Deletes what nobody came back to. */
export async function expireUnsent(): Promise<void> {
  const since = new Date(now().getTime() - DAYS_MAX * 86_400_000);
  await db().unsentForm.deleteMany({ where: { savedAt: { lt: since } } });
}
