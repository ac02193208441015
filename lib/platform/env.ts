import { z } from "zod";

/**
 * The settings, and the only place of the portal that reads process.env. Start reads what the operator set
 * (readSettings), starts what is missing, and gives the web server and the worker a whole environment (env).
 */

const ANY_ADDRESS = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

function isUrl(text: string, protocols: string[], more: (url: URL) => boolean = () => true): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return protocols.includes(url.protocol) && url.hostname !== "" && more(url);
}

/** A bucket by its path, with the keys to it. */
const isBucket = (url: URL): boolean =>
  /^\/[a-z0-9.-]{3,63}\/?$/.test(url.pathname) && url.username !== "" && url.password !== "";

const wholeNumber = (from: number, to: number) =>
  z.string().transform((text, context) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= from && number <= to) return number;
    context.addIssue({ code: "custom", message: `must be a whole number from ${from} to ${to}, not "${text}"` });
    return z.NEVER;
  });

// Addresses with a password in them are never repeated in a message.
const databaseUrl = z
  .string()
  .refine((text) => isUrl(text, ["postgres:", "postgresql:"], (url) => url.pathname.length > 1), {
    error: "must look like postgresql://user:password@host:5432/database",
  });
const smtpUrl = z.string().refine((text) => isUrl(text, ["smtp:", "smtps:"]), {
  error: "must look like smtp://user:password@host:587 or smtps://host:465",
});
const scannerUrl = z.string().refine((text) => isUrl(text, ["tcp:"]) || /^unix:\/\/\/./.test(text), {
  error: ({ input }) => `must look like tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.sock, not "${input}"`,
});
const filesUrl = z.string().refine((text) => isUrl(text, ["http:", "https:"], isBucket), {
  error: "must look like https://key:secret@s3.example/bucket?region=ap-southeast-2",
});
const emailAddress = z
  .string()
  .refine((text) => ANY_ADDRESS.test(text), { error: ({ input }) => `must be an email address, not "${input}"` });
const origin = z
  .string()
  .refine((text) => isUrl(text, ["http:", "https:"], (url) => url.pathname === "/" && !url.search && !url.hash), {
    error: ({ input }) => `must be an address like https://fund.example without a path, not "${input}"`,
  });
const flag = z.string().transform((text, context) => {
  if (text === "1" || text === "0") return text === "1";
  context.addIssue({ code: "custom", message: `must be 1 or 0, not "${text}"` });
  return z.NEVER;
});

const settings = z.object({
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_OWNER_URL: databaseUrl.optional(),
  SMTP_URL: smtpUrl.optional(),
  DESK_EMAIL: emailAddress.default("psf@mfat.govt.nz"),
  MAIL_FROM: emailAddress.optional(),
  BASE_URL: origin.optional(),
  AUTH_SECRET: z.string().min(32, "must be at least 32 characters long").optional(),
  PORT: wholeNumber(1, 65_535).default(3000),
  HOST: z.string().default("127.0.0.1"),
  /** How many proxies stand in front, each of which adds to x-forwarded-for (bin/remote-address.mjs). */
  TRUST_PROXY: wholeNumber(0, 9).default(0),
  DATA_DIR: z.string().default(".data"),
  DEMO: flag.optional(),
  DATABASE_POOL: wholeNumber(1, 1000).default(10),
  /** Whether the database keeps the plans of statements under names: not every pooler can. */
  DATABASE_PREPARED: flag.default(true),
  /** The malware scanner, clamd; without one, files are not scanned. */
  CLAMAV_URL: scannerUrl.optional(),
  /** A store that speaks S3; without one, files are kept in DATA_DIR. */
  FILES_URL: filesUrl.optional(),
});

const environment = settings.extend({
  DATABASE_URL: databaseUrl,
  SMTP_URL: smtpUrl,
  BASE_URL: origin,
  AUTH_SECRET: settings.shape.AUTH_SECRET.unwrap(),
  DEMO: flag.default(false),
  /** Where the embedded mailbox keeps what it received; only in demo mode. */
  MAILBOX_DIR: z.string().optional(),
  /** How many times as long as usual the database is waited for. */
  DATABASE_PATIENCE: wholeNumber(1, 10).default(1),
  /** Names this run, so that nobody takes another server on the port for it. */
  BOOT_ID: z.string().default(""),
  /** The migrations that this version of the portal needs, in order. */
  MIGRATIONS: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter(Boolean)),
});

export type Settings = z.infer<typeof settings>;
export type Env = z.infer<typeof environment> & { MAIL_FROM: string };

/** What is wrong with the environment: one line for each setting, beginning with its name. */
export class EnvironmentError extends Error {
  readonly problems: readonly string[];
  constructor(problems: string[]) {
    super(problems.join("\n"));
    this.name = "EnvironmentError";
    this.problems = problems;
  }
}

/** next-auth's own names for two settings. */
const OTHER_NAMES = { BASE_URL: "NEXTAUTH_URL", AUTH_SECRET: "NEXTAUTH_SECRET" } as const;

/** An empty value is no value; a problem is told under the name that the operator used. */
function parse<T>(schema: z.ZodType<T>, source: NodeJS.ProcessEnv): T {
  const given: Record<string, string | undefined> = { ...source };
  const names: Record<string, string> = {};
  for (const [name, other] of Object.entries(OTHER_NAMES)) {
    if (given[name] || !given[other]) continue;
    given[name] = given[other];
    names[name] = other;
  }
  for (const name of Object.keys(given)) if (given[name] === "") delete given[name];
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const message = issue.code === "invalid_type" ? "must be set" : issue.message;
    return `${names[name] ?? name}: ${message}`;
  });
  throw new EnvironmentError(lines);
}

/**
 * What the operator set, with defaults. An own database asks for an own secret: sessions outlive the machine's disk.
 * @throws EnvironmentError
 */
export function readSettings(source: NodeJS.ProcessEnv = process.env): Settings {
  const read = parse(settings, source);
  if (read.DATABASE_URL && !read.AUTH_SECRET && !read.DEMO) {
    throw new EnvironmentError(["AUTH_SECRET: must be set with a DATABASE_URL of your own (at least 32 characters)"]);
  }
  return read;
}

/** Demo people, their list and the mailbox page: with both embedded parts, or where DEMO=1 asks for them. */
export function isDemo(read: Settings): boolean {
  return read.DEMO ?? (!read.DATABASE_URL && !read.SMTP_URL);
}

let cached: Env | undefined;

/**
 * The whole environment of a web server, worker or test, parsed once.
 * @throws EnvironmentError
 */
export function env(): Env {
  if (cached) return cached;
  const read = parse(environment, process.env);
  cached = { ...read, MAIL_FROM: read.MAIL_FROM ?? read.DESK_EMAIL };
  return cached;
}

/** Sets parts of the environment for this process, its database client and its children. */
export function setEnvironment(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  cached = undefined;
}
