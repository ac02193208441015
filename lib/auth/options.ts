import { randomBytes, randomInt } from "node:crypto";
import type { NextAuthOptions } from "next-auth";
import { now } from "#lib/platform/clock.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { adapter, type SessionUser } from "./adapter.ts";
import { browserHash } from "./browser.ts";
import { hasSecureCookies, sha256 } from "./request.ts";

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; // 32 characters, no two alike: 8 of them are 40 bits
const CODE_MINUTES = 10;
const SESSION_HOURS_MAX = 12;

export function authOptions(): NextAuthOptions {
  return {
    secret: env().AUTH_SECRET,
    adapter,
    session: {
      strategy: "database",
      maxAge: SESSION_HOURS_MAX * 3600,
      updateAge: SESSION_HOURS_MAX * 3600, // the limit is absolute: activity does not extend it
      generateSessionToken: () => randomBytes(32).toString("base64url"),
    },
    useSecureCookies: hasSecureCookies(),
    pages: { signIn: "/sign-in", error: "/sign-in", verifyRequest: "/sign-in" },
    callbacks: {
      session: ({ session, user }) => {
        const { actor, unsent } = user as SessionUser;
        return { ...session, actor, unsent };
      },
    },
    providers: [
      {
        // Written out instead of using next-auth/providers/email, which depends on a mailer of its own.
        id: "email",
        type: "email",
        name: "Email",
        from: "",
        server: "",
        options: {},
        maxAge: CODE_MINUTES * 60,
        generateVerificationToken: () => Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)]).join(""),
        sendVerificationRequest: ({ identifier, token, expires }) => sendCodeByMail(identifier, token, expires),
      },
    ],
  };
}

/** The code's row, its mail and its job in one transaction: a code works if and only if it was sent. */
async function sendCodeByMail(email: string, code: string, expires: Date): Promise<void> {
  const browser = await browserHash();
  await transaction(async (tx) => {
    await keepCode(tx, email, browser, { codeHash: sha256(`${code}${env().AUTH_SECRET}`), expires }); // as next-auth hashes it
    await queueEmail(tx, {
      to: email,
      isSecret: true,
      subject: "[UNCLASSIFIED] Your code for the Pacific Security Fund",
      ...composeEmail({
        marking: "UNCLASSIFIED",
        paragraphs: [
          `Your code is ${code.slice(0, 4)}-${code.slice(4)}`,
          `Type it in the browser you asked from. It works once, for ${CODE_MINUTES} minutes.`,
          "If you did not ask for a code, you do not need to do anything.",
        ],
      }),
    });
  });
}

/**
 * Stores a code that is sent to nobody, for an address without an account. It is refused and expires like any other, so
 * that the answers do not reveal which addresses have an account.
 */
export async function keepDecoy(email: string): Promise<void> {
  const browser = await browserHash();
  const expires = new Date(now().getTime() + CODE_MINUTES * 60_000);
  const codeHash = sha256(randomBytes(32).toString("hex"));
  await transaction((tx) => keepCode(tx, email, browser, { codeHash, expires }));
}

/** A browser's new code replaces the earlier one. Expired codes are deleted, unless others have locked them. */
async function keepCode(tx: Tx, email: string, browserHash: string, code: { codeHash: string; expires: Date }) {
  await tx.$executeRaw`
    DELETE FROM "SignInCode" WHERE (email, "browserHash") IN (
      SELECT email, "browserHash" FROM "SignInCode" WHERE expires < ${now()} LIMIT 1000 FOR UPDATE SKIP LOCKED)`;
  const fresh = { ...code, attempts: 0 };
  await tx.signInCode.upsert({
    where: { email_browserHash: { email, browserHash } },
    create: { email, browserHash, ...fresh },
    update: fresh,
  });
}
