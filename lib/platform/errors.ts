/**
 * The one way to fail on purpose. A command or query throws a DomainError with a sentence for the person who asked;
 * lib/web/action.ts turns it into the answer to a form, and pages turn NOT_FOUND into "Page not found". Anything else
 * that is thrown is unexpected: it is logged with an id and never shown.
 */
export type ErrorCode = "NOT_FOUND" | "FORBIDDEN" | "CONFLICT" | "STATE" | "INVALID" | "MONEY" | "RATE";

export class DomainError extends Error {
  readonly code: ErrorCode;
  /** Field name to message, where the error is in a field of the form. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, fields: Record<string, string> = {}) {
    super(message);
    this.name = "DomainError";
    this.code = code;
    this.fields = fields;
  }
}

export const notFound = (): DomainError => new DomainError("NOT_FOUND", "Page not found");
export const forbidden = (message: string): DomainError => new DomainError("FORBIDDEN", message);
export const conflict = (message: string): DomainError => new DomainError("CONFLICT", message);
/** What was typed is wrong: field name to message. */
export const invalid = (fields: Record<string, string>): DomainError =>
  new DomainError("INVALID", "There is a problem", fields);

/**
 * Whether an error means that the database (or the file store) is unavailable, rather than that it refused something:
 * closed, refused or hanging connections, a server that is starting, stopping, full or read-only. Often there is no
 * code but only a text: those of pg, pg-pool and Prisma.
 */
export function isAway(error: unknown): boolean {
  return chainOf(error).some(
    ({ code, kind, message }) =>
      AWAY_CODES.test(String(code ?? "")) ||
      AWAY_KINDS.test(String(kind ?? "")) ||
      AWAY_WORDS.test(String(message ?? "")),
  );
}

// SQLSTATE: connection errors, too many connections, statement timeout, server stopping or starting, idle session
// timeout, read-only. Then Prisma's codes, then the system's.
const AWAY_CODES =
  /^(08...|53300|57014|57P0[1-3]|25P0[34]|25006|P100[128]|P1017|P2024|P2028|P2037|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|UND_ERR_\w+)$/;
const AWAY_KINDS = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
const AWAY_WORDS =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|not queryable|connection is closed|Client was closed|after calling end|connect timeout|server closed the connection|^The store (did not answer|answered 5)/i;

/** Whether the database ended a transaction because another one was in its way, and it in that one’s. */
export const isEntangled = (error: unknown): boolean =>
  chainOf(error).some(
    ({ code, kind }) => /^(P2034|40P01|40001)$/.test(String(code ?? "")) || kind === "TransactionWriteConflict",
  );

type Link = { code?: unknown; kind?: unknown; message?: unknown };

/** The error, its causes, and what Prisma keeps of its driver's error in `meta`. */
function chainOf(error: unknown): Link[] {
  if (typeof error !== "object" || error === null) return [];
  const { cause, meta, errors } = error as {
    cause?: unknown;
    meta?: { driverAdapterError?: unknown };
    errors?: unknown[];
  };
  const within = [cause, meta?.driverAdapterError, ...(Array.isArray(errors) ? errors : [])];
  return [error as Link, ...within.flatMap(chainOf)];
}

/** Whether a database error is the violation of that constraint or index. */
export const violates = (error: unknown, constraint: string): boolean => textOf(error).includes(constraint);

/** Prisma puts the constraint's name in different places for raw and typed queries: look in all of them. */
function textOf(error: unknown): string {
  let text = "";
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    text += `${cause.message} ${JSON.stringify(cause)}`;
  }
  return text;
}
