import "server-only";
import { createHmac } from "node:crypto";
import type { Values } from "#lib/form/fields.ts";
import { markOf } from "#lib/form/merge.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { env } from "#lib/platform/env.ts";
import { clearUnsent } from "#lib/unsent/commands.ts";
import { beginWith, CARRIED, type Keeping, type KeptAs, type KeptField } from "#lib/unsent/rules.ts";
import { currentPlace } from "./request.ts";
import { currentActor, currentUnsent } from "./session.ts";
import { forgetSignedOut } from "./signed-out.ts";

/** Only given to the person's own sessions: whoever uses the same browser later cannot read what they left. */
const browserKey = (personId: string): string =>
  createHmac("sha256", env().AUTH_SECRET).update(`typed in a browser by ${personId}`).digest("base64");

/** How a browser keeps what the current person types: under a name of their own, and on the server at `saveTo`. */
async function keepAs(name: string, saveTo: string): Promise<KeptAs> {
  const by = (await currentActor())?.personId ?? "";
  return { by, name: `${by}${name}`, key: browserKey(by), saveTo };
}

/** How a browser keeps what is typed into a section of an application; without a section, into all of them. */
export const keepSection = (reference: string, section = ""): Promise<KeptAs> =>
  keepAs(`/${reference}/${section}`, `/api/sections/${reference}/${section}`);

/** The address of the page, which its forms submit to. */
export const formsPage = (): Promise<string> => currentPlace();

/** Deletes what was typed into a form of this page, because it was sent or is to be cleared. */
export async function forgetTyping(actor: Actor, form: string): Promise<void> {
  const path = await currentPlace();
  await Promise.all([clearUnsent(actor, { path, form }), forgetSignedOut(actor, path)]);
}

/**
 * What a form of the page needs to keep what is typed into it, and what it starts with. `form`: its name on the page.
 */
export async function keepTyping(form: string, fields: readonly KeptField[], initial: Values = {}): Promise<Keeping> {
  const [path, unsent] = await Promise.all([currentPlace(), currentUnsent(form)]);
  const { values, isFilledIn, differing, shown, began } = beginWith(fields, initial, unsent);
  const keptAs = await keepAs(`${path}#${form}`, `/api/unsent?${new URLSearchParams({ path, form })}`);
  return {
    place: { path, form },
    keptAs,
    carried: {
      [CARRIED.form]: form,
      [CARRIED.by]: keptAs.by,
      [CARRIED.shown]: shown,
      [CARRIED.record]: markOf(fields, initial),
      ...(shown !== began && { [CARRIED.began]: began }),
    },
    values,
    ...(unsent && isFilledIn && { savedAt: formatInstant(unsent.savedAt) }),
    differing: differing.map(({ name, label = name }) => label),
  };
}
