import { z } from "zod";

/**
 * The settings, and the only place in the portal that reads process.env. Start reads what the operator set
 * (readSettings), starts what is missing, and passes a complete environment to the web server and the worker (env).
 */

const ANY_ADDRESS = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

function isUrl(text: string, protocols: string[], more: (url: URL) => boolean = () => true): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return protocols.includes(url.protocol) && url.hostname !== "" && more(url);
}

/** A bucket, by its path, with its access keys. */
const isBucket = (url: URL): boolean =>
  /^\/[a-z0-9.-]{3,63}\/?$/.test(url.pathname) && url.username !== "" && url.password !== "";

const wholeNumber = (from: number, to: number) =>
  z.string().transform((text, context) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= from && number <= to) return number;
    context.addIssue({ code: "custom", message: `must be a whole number from ${from} to ${to}, not "${text}"` });
    return z.NEVER;
  });

// Messages never repeat addresses that contain a password.
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
  // As people’s addresses are stored, so that nobody gets a mail twice.
  DESK_EMAIL: emailAddress.default("psf@mfat.govt.nz").transform((text) => text.toLowerCase()),
  MAIL_FROM: emailAddress.optional(),
  BASE_URL: origin.optional(),
  AUTH_SECRET: z.string().min(32, "must be at least 32 characters long").optional(),
  PORT: wholeNumber(1, 65_535).default(3000),
  HOST: z.string().default("127.0.0.1"),
  /** The number of proxies in front, each of which adds to x-forwarded-for (bin/remote-address.mjs). */
  TRUST_PROXY: wholeNumber(0, 9).default(0),
  DATA_DIR: z.string().default(".data"),
  DEMO: flag.optional(),
  DATABASE_POOL: wholeNumber(1, 1000).default(10),
  /** Whether the database keeps statement plans under names: not every pooler supports that. */
  DATABASE_PREPARED: flag.default(true),
  /** The malware scanner, clamd; without one, files are not scanned. */
  CLAMAV_URL: scannerUrl.optional(),
  /** An S3-compatible store; without one, files are kept in DATA_DIR. */
  FILES_URL: filesUrl.optional(),
});

const environment = settings.extend({
  DATABASE_URL: databaseUrl,
  SMTP_URL: smtpUrl,
  BASE_URL: origin,
  AUTH_SECRET: settings.shape.AUTH_SECRET.unwrap(),
  DEMO: flag.default(false),
  /** Where the embedded mailbox stores what it received; only in demonstration mode. */
  MAILBOX_DIR: z.string().optional(),
  /** A factor for how long to wait for the database. */
  DATABASE_PATIENCE: wholeNumber(1, 10).default(1),
  /** Identifies this run, so that another server on the same port is not mistaken for it. */
  BOOT_ID: z.string().default(""),
  /** The migrations that this version of the portal needs, in order. */
  MIGRATIONS: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter(Boolean)),
});

export type Settings = z.infer<typeof settings>;
export type Env = z.infer<typeof environment> & { MAIL_FROM: string };

/** What is wrong with the environment: one line for each setting, starting with its name. */
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

/** An empty value counts as unset; a problem is reported under the name that the operator used. */
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
 * What the operator set, with defaults. A database of one's own requires a secret of one's own, because sessions
 * outlive the machine's disk.
 * @throws EnvironmentError
 */
export function readSettings(source: NodeJS.ProcessEnv = process.env): Settings {
  const read = parse(settings, source);
  if (read.DATABASE_URL && !read.AUTH_SECRET && !read.DEMO) {
    throw new EnvironmentError(["AUTH_SECRET: must be set with a DATABASE_URL of your own (at least 32 characters)"]);
  }
  return read;
}

/** Demonstration people, their list and the mailbox page: with both embedded parts, or where DEMO=1 asks for them. */
export function isDemo(read: Settings): boolean {
  return read.DEMO ?? (!read.DATABASE_URL && !read.SMTP_URL);
}

let cached: Env | undefined;

/**
 * The complete environment of a web server, worker or test, parsed once.
 * @throws EnvironmentError
 */
export function env(): Env {
  if (cached) return cached;
  const read = parse(environment, process.env);
  cached = { ...read, MAIL_FROM: read.MAIL_FROM ?? read.DESK_EMAIL };
  return cached;
}

/** Sets parts of the environment for this process, its database client and its child processes. */
export function setEnvironment(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  cached = undefined;
}
