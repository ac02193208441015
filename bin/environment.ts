import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { isDemo, type Settings } from "#lib/platform/env.ts";
import { readOrMakeSecret } from "./postgres.ts";

const root = join(import.meta.dirname, "..");

/** Where the embedded parts store their files. */
export const dataFolder = (settings: Settings): string => resolve(root, settings.DATA_DIR);

export const mailboxFolder = (settings: Settings): string => join(dataFolder(settings), "mailbox");

/** The names of all migrations, in order. */
export function migrationNames(): string[] {
  return readdirSync(join(root, "prisma", "migrations"))
    .filter((name) => /^\d/.test(name))
    .sort();
}

/**
 * The complete environment of web server and worker (lib/platform/env.ts): the settings, completed with what start
 * provides.
 */
export function completeEnvironment(
  settings: Settings,
  parts: { databaseUrl: string; smtpUrl: string },
): Record<string, string> {
  const { DESK_EMAIL, MAIL_FROM = DESK_EMAIL, PORT, HOST } = settings;
  const baseUrl = settings.BASE_URL?.replace(/\/$/, "") ?? `http://localhost:${PORT}`;
  const secret = settings.AUTH_SECRET ?? readOrMakeSecret(join(dataFolder(settings), "secret"));
  return {
    DATABASE_URL: parts.databaseUrl,
    DATABASE_OWNER_URL: "", // the owner's credentials stay with start
    DATABASE_POOL: `${settings.DATABASE_POOL}`,
    DATABASE_PREPARED: settings.DATABASE_PREPARED ? "1" : "0",
    SMTP_URL: parts.smtpUrl,
    DESK_EMAIL,
    MAIL_FROM,
    BASE_URL: baseUrl,
    NEXTAUTH_URL: baseUrl,
    AUTH_SECRET: secret,
    NEXTAUTH_SECRET: secret,
    PORT: `${PORT}`,
    HOST,
    TRUST_PROXY: `${settings.TRUST_PROXY}`,
    DATA_DIR: dataFolder(settings),
    CLAMAV_URL: settings.CLAMAV_URL ?? "",
    FILES_URL: settings.FILES_URL ?? "",
    DEMO: isDemo(settings) ? "1" : "0",
    MAILBOX_DIR: isDemo(settings) && !settings.SMTP_URL ? mailboxFolder(settings) : "",
    BOOT_ID: randomBytes(8).toString("hex"),
    MIGRATIONS: migrationNames().join(","),
    NEXT_TELEMETRY_DISABLED: "1",
    TZ: "UTC",
  };
}
