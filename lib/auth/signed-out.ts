import "server-only";
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { z } from "zod";
import { UUID } from "#lib/form/fields.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { browserHash, browserMark } from "./browser.ts";
import { currentPath } from "./request.ts";

/** A form as it was posted, including Next's own fields: sent again, it is the same form. */
export type PostedForm = { path: string; entries: readonly (readonly [name: string, value: string])[] };

/** The input by which a form that was kept asks to be shown again rather than sent. */
export const GIVEN_BACK = "unsent.back";

const MINUTES_MAX = 60;
const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ENTRIES = z.array(z.tuple([z.string(), z.string()]));

const keptSince = (): Date => new Date(now().getTime() - MINUTES_MAX * 60_000);

/**
 * Keeps the posted form of a session that has ended. `by`: the person whose page it was. It is only kept in a browser
 * that this person has signed in with. Returns whether it was kept.
 */
export async function keepSignedOut(by: string): Promise<boolean> {
  const [mark, hash, path] = await Promise.all([browserMark(), browserHash(), currentPath()]);
  if (!mark || !UUID.test(by)) return false;
  const posted = await (globalThis as { [POSTED]?: () => Promise<[string, string][]> })[POSTED]?.();
  if (!posted?.length) return false;
  const key = { personId: by, browserHash: hash };
  if (!(await db().knownBrowser.findUnique({ where: { personId_browserHash: key } }))) return false;
  const kept = { sealed: seal(JSON.stringify(posted), mark, by), keptAt: now() };
  await db().signedOutForm.deleteMany({ where: { keptAt: { lt: keptSince() } } });
  await db().signedOutForm.upsert({
    where: { personId_browserHash_path: { ...key, path } },
    create: { ...key, path, ...kept },
    update: kept,
  });
  return true;
}

/** The entries of the form that is being posted (bin/unavailable.mjs). */
const POSTED = Symbol.for("psf.postedForm");

/** What the reader sent from this browser after their session had ended, newest first. */
export async function readSignedOut(actor: Actor): Promise<PostedForm[]> {
  const [mark, hash] = await Promise.all([browserMark(), browserHash()]);
  if (!mark) return [];
  const where = { personId: actor.personId, browserHash: hash, keptAt: { gte: keptSince() } };
  const rows = await db().signedOutForm.findMany({ where, orderBy: { keptAt: "desc" } });
  return rows.map(({ path, sealed }) => ({
    path,
    entries: ENTRIES.parse(JSON.parse(open(Buffer.from(sealed), mark, actor.personId))),
  }));
}

/** Whether anything of the person with this address is waiting in this browser. */
export async function hasSignedOut(email: string): Promise<boolean> {
  const where = { browserHash: await browserHash(), keptAt: { gte: keptSince() }, person: { email } };
  return (await db().signedOutForm.count({ where })) > 0;
}

/** Deletes what was kept of a page's form: it was shown again, and then sent or left. */
export async function forgetSignedOut(actor: Actor, path: string): Promise<void> {
  const where = { personId: actor.personId, browserHash: await browserHash(), path };
  await db().signedOutForm.deleteMany({ where });
}

/** Half of the key is only in the browser, so that neither the database nor a copy of it holds anything readable. */
const keyOf = (mark: string, personId: string): Buffer =>
  Buffer.from(hkdfSync("sha256", `${mark}${env().AUTH_SECRET}`, personId, "a form that was sent signed out", 32));

function seal(text: string, mark: string, personId: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(mark, personId), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Uint8Array.from(Buffer.concat([nonce, cipher.getAuthTag(), sealed]));
}

function open(sealed: Buffer, mark: string, personId: string): string {
  const decipher = createDecipheriv(CIPHER, keyOf(mark, personId), sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
}
