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

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; // 32 signs, none alike: 8 of them are 40 bits
const CODE_MINUTES = 10;
const SESSION_HOURS_MAX = 12;

export function authOptions(): NextAuthOptions {
  return {
    secret: env().AUTH_SECRET,
    adapter,
    session: {
      strategy: "database",
      maxAge: SESSION_HOURS_MAX * 3600,
      updateAge: SESSION_HOURS_MAX * 3600, // the limit is absolute: being seen does not move it
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
        // Written out instead of next-auth/providers/email, which brings a mailer of its own.
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

/** The code's row, its mail and its job in one transaction: a code that was sent works, and no other. */
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
 * Keeps a code that nobody was sent, for an address without an account: it is refused and dies like any other, so that
 * nobody learns from the answers which addresses have an account.
 */
export async function keepDecoy(email: string): Promise<void> {
  const browser = await browserHash();
  const expires = new Date(now().getTime() + CODE_MINUTES * 60_000);
  const codeHash = sha256(randomBytes(32).toString("hex"));
  await transaction((tx) => keepCode(tx, email, browser, { codeHash, expires }));
}

/** A browser's new code takes the place of the one before it. Codes that are over go; those that others hold stay. */
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
