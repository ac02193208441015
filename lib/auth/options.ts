import { randomBytes, randomInt } from "node:crypto";
import { cookies } from "next/headers";
import type { NextAuthOptions } from "next-auth";
import { now } from "../clock.ts";
import { type Tx, transaction } from "../db.ts";
import { env } from "../env.ts";
import { DomainError } from "../errors.ts";
import { queueEmail } from "../mail.ts";
import { composeEmail } from "../message.ts";
import { adapter, type SessionUser, sha256 } from "./adapter.ts";

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; // 32 signs, none alike: 8 of them are 40 bits
export const CODE_MINUTES = 10;
const SESSION_HOURS_MAX = 12;
const CODES_PER_HOUR_MAX = 5;
const HOUR_MS = 3_600_000;
export const BROWSER_COOKIE = "sign-in-browser";

export const hasSecureCookies = (): boolean => env().BASE_URL.startsWith("https://");

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
      session: ({ session, user }) => ({ ...session, actor: (user as SessionUser).actor }),
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
  const browser = (await cookies()).get(BROWSER_COOKIE)?.value ?? "";
  await transaction(async (tx) => {
    const codeHash = sha256(`${code}${env().AUTH_SECRET}`); // as next-auth hashes it
    await keepCode(tx, email, { codeHash, browserHash: sha256(browser), expires, attempts: 0 });
    await queueEmail(tx, {
      to: email,
      isSecret: true,
      subject: "[UNCLASSIFIED] Your code for the Pacific Security Fund",
      ...composeEmail({
        marking: "UNCLASSIFIED",
        paragraphs: [
          `Your code is ${code.slice(0, 4)}-${code.slice(4)}`,
          `Type it in the browser in which you asked for it. It works once, for ${CODE_MINUTES} minutes.`,
          "If you did not ask for a code, you need do nothing.",
        ],
      }),
    });
  });
}

/**
 * Keeps a code that nobody was sent, for an address without an account: it is limited, refused and dies like any other,
 * so that nobody learns from the answers which addresses have an account. @throws RATE
 */
export async function keepDecoy(email: string, browser: string): Promise<void> {
  const expires = new Date(now().getTime() + CODE_MINUTES * 60_000);
  const codeHash = sha256(randomBytes(32).toString("hex"));
  await transaction((tx) => keepCode(tx, email, { codeHash, browserHash: sha256(browser), expires, attempts: 0 }));
  // Whoever asks can make up addresses: what is over goes. Rows that others hold are left to the next call.
  await transaction(
    (tx) => tx.$executeRaw`
    DELETE FROM "SignInCode" WHERE email IN (
      SELECT email FROM "SignInCode" WHERE expires < ${now()} AND "windowStartedAt" < ${hourAgo()}
        LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
  );
}

const hourAgo = (): Date => new Date(now().getTime() - HOUR_MS);

type NewCode = { codeHash: string; browserHash: string; expires: Date; attempts: number };

async function keepCode(tx: Tx, email: string, code: NewCode): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext(${email}))`;
  const before = await refuseTooMany(tx, email);
  const window = before ? { sentInWindow: before.sentInWindow + 1 } : { sentInWindow: 1, windowStartedAt: now() };
  await tx.signInCode.upsert({
    where: { email },
    create: { email, windowStartedAt: now(), ...code },
    update: { ...code, ...window },
  });
}

/** The row of an address that asked for a code within the hour. @throws RATE where it asked too often */
export async function refuseTooMany(tx: Pick<Tx, "signInCode">, email: string) {
  const before = await tx.signInCode.findUnique({ where: { email } });
  if (!before || before.windowStartedAt <= hourAgo()) return null;
  if (before.sentInWindow >= CODES_PER_HOUR_MAX) {
    throw new DomainError("RATE", "Too many codes were asked for. Wait an hour, then ask for a new one.");
  }
  return before;
}
