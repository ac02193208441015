import { z } from "zod";
import { formatDay, parseDay } from "./dates.ts";
import { formatCents, parseCents, sumCents } from "./money.ts";

/**
 * Every form of the portal is a list of fields, each described once: this gives the inputs (components/form.tsx), the
 * checks on the server, the rows of "Check your answers", the print and the export. Fields are plain data, so that a
 * page can hand them to a form in the browser.
 */
type Common = {
  name: string;
  label: string;
  hint?: string;
  optional?: true;
  /** What to do where an answer is missing: "Enter a title". */
  missing?: string;
};

export type Option = { value: string; label: string; hint?: string };
/** A field's options: written out, or the name of a list that the page looks up. */
type Options = readonly Option[] | string;

export type Field = Common &
  (
    | { kind: "text"; charsMax?: number; width?: 5 | 10 | 20 }
    | { kind: "email" }
    | { kind: "longText"; wordsMax?: number; charsMax?: number; rows?: number }
    | { kind: "day" }
    | { kind: "whole"; min: number; max: number }
    | { kind: "amount"; allowZero?: true; allowNegative?: true }
    | { kind: "choice"; options: Options; layout?: "radios" | "select" }
    | { kind: "choices"; options: Options }
    | { kind: "confirm" }
    | { kind: "shares"; options: Options }
    | { kind: "rows"; noun: string; columns: readonly Field[]; min: number; max: number }
  );

/** Options by the name of their list. */
export type Lists = Readonly<Record<string, readonly Option[]>>;
/** What was typed: input name to text, or to several texts where several inputs have one name. */
export type Values = Readonly<Record<string, string | readonly string[]>>;
export type FormState = {
  values: Values;
  /** Input name to message. */
  errors: Readonly<Record<string, string>>;
  /** What is wrong with the form as a whole. */
  problem?: string;
  /** Counts answers, so that the same error twice takes the focus twice. */
  answer?: number;
};
export const EMPTY_FORM: FormState = { values: {}, errors: {} };

/** A part of a whole by percent: { code, percent }. */
export type Share = { code: string; percent: number };

type AnswerOf<F> = F extends { kind: "amount" }
  ? bigint
  : F extends { kind: "whole" }
    ? number
    : F extends { kind: "day" }
      ? Date
      : F extends { kind: "choices" }
        ? string[]
        : F extends { kind: "shares" }
          ? Share[]
          : F extends { kind: "confirm" }
            ? true
            : F extends { kind: "rows"; columns: infer C extends readonly Field[] }
              ? Answers<C>[]
              : string;

/** The parsed answers of a list of fields: an optional one may be null. */
export type Answers<Fields extends readonly Field[]> = {
  [F in Fields[number] as F["name"]]: F extends { optional: true } ? AnswerOf<F> | null : AnswerOf<F>;
};

export type Parsed<T> = { data: T; errors: null } | { data: null; errors: Record<string, string> };

/** No text field holds more than this, whatever its own limit. */
const TEXT_MAX = 20_000;

export const text = (values: Values, name: string): string => {
  const value = values[name];
  return (typeof value === "string" ? value : (value?.[0] ?? "")).trim();
};
export const texts = (values: Values, name: string): readonly string[] => {
  const value = values[name];
  if (value === undefined || value === "") return [];
  return typeof value === "string" ? [value] : value;
};

/** What a form sent, without Next's own fields. */
export function valuesOf(form: FormData): Values {
  const values: Record<string, string | string[]> = {};
  for (const [name, value] of form) {
    if (typeof value !== "string" || name.startsWith("$")) continue;
    const clean = value.normalize("NFC").replaceAll("\r\n", "\n").replaceAll("\0", "");
    const before = values[name];
    values[name] = before === undefined ? clean : [...(typeof before === "string" ? [before] : before), clean];
  }
  return values;
}

export const countWords = (value: string): number => value.split(/\s+/u).filter(Boolean).length;

const optionsOf = (options: Options, lists: Lists): readonly Option[] =>
  typeof options === "string" ? (lists[options] ?? []) : options;

/** The fields with their lists written out, as a form in the browser takes them. */
export function resolveFields(fields: readonly Field[], lists: Lists): Field[] {
  return fields.map((field) => {
    if ("options" in field) return { ...field, options: optionsOf(field.options, lists) };
    if (field.kind === "rows") return { ...field, columns: resolveFields(field.columns, lists) };
    return field;
  });
}

type Report = (name: string, message: string) => void;

/** Parses what was typed. Every field is looked at, so that all that is wrong is said at once. */
export function parseFields<const Fields extends readonly Field[]>(
  fields: Fields,
  values: Values,
  lists: Lists = {},
): Parsed<Answers<Fields>> {
  const errors: Record<string, string> = {};
  const data = readFields(fields, values, lists, "", (name, message) => {
    errors[name] ??= message;
  });
  return Object.keys(errors).length ? { data: null, errors } : { data: data as Answers<Fields>, errors: null };
}

function readFields(fields: readonly Field[], values: Values, lists: Lists, prefix: string, report: Report) {
  const data: Record<string, unknown> = {};
  for (const field of fields) data[field.name] = readField({ ...field, name: prefix + field.name }, values, lists, report);
  return data;
}

function readField(field: Field, values: Values, lists: Lists, report: Report): unknown {
  const isEmpty = isBlank(field, values);
  const missing = field.missing ?? `Enter ${field.label.charAt(0).toLowerCase()}${field.label.slice(1)}`;
  if (isEmpty && field.kind !== "rows") {
    if (!field.optional) report(firstInput(field), missing);
    return field.kind === "choices" || field.kind === "shares" ? [] : null;
  }
  switch (field.kind) {
    case "shares":
      return readShares(field, values, lists, report);
    case "rows":
      return readRows(field, values, lists, report);
    case "day":
      return readDay(field, values, report);
    case "choices": {
      const known = new Set(optionsOf(field.options, lists).map((option) => option.value));
      const chosen = texts(values, field.name);
      if (chosen.some((value) => !known.has(value))) report(field.name, missing);
      return chosen;
    }
    default: {
      const result = schemaOf(field, lists, missing).safeParse(text(values, field.name));
      if (result.success) return result.data;
      report(field.name, result.error.issues[0]?.message ?? missing);
      return null;
    }
  }
}

type Single = Exclude<Field, { kind: "shares" | "rows" | "day" | "choices" }>;

/** The zod schema of a field that is one input. */
function schemaOf(field: Single, lists: Lists, missing: string): z.ZodType {
  switch (field.kind) {
    case "email":
      return z
        .string()
        .max(254, `${field.label} must be 254 characters or fewer`)
        .pipe(z.email("Enter an email address, like name@agency.govt.nz"))
        .transform((value) => value.toLowerCase());
    case "choice":
      return z.enum(optionsOf(field.options, lists).map((option) => option.value), { error: missing });
    case "confirm":
      return z.literal("yes", { error: missing }).transform(() => true);
    case "whole":
      return z
        .string()
        .regex(/^\d{1,9}$/, `${field.label} must be a whole number`)
        .transform(Number)
        .pipe(
          z
            .number()
            .min(field.min, `${field.label} must be ${field.min} or more`)
            .max(field.max, `${field.label} must be ${field.max} or fewer`),
        );
    case "amount":
      return z.string().transform((value, context) => readAmount(field, value, context));
    default:
      return textSchema(field);
  }
}

function textSchema(field: Extract<Field, { kind: "text" | "longText" }>): z.ZodType {
  const charsMax = Math.min(field.charsMax ?? (field.kind === "text" ? 200 : TEXT_MAX), TEXT_MAX);
  const wordsMax = field.kind === "longText" ? field.wordsMax : undefined;
  return z
    .string()
    .max(charsMax, `${field.label} must be ${charsMax.toLocaleString("en-NZ")} characters or fewer`)
    .refine((value) => !wordsMax || countWords(value) <= wordsMax, `${field.label} must be ${wordsMax} words or fewer`)
    .refine((value) => field.kind === "longText" || !/\n/.test(value), `${field.label} must be on one line`);
}

function readAmount(field: Extract<Field, { kind: "amount" }>, value: string, context: z.RefinementCtx): bigint {
  const isNegative = field.allowNegative && /^[-−]/.test(value);
  const cents = parseCents(isNegative ? value.slice(1) : value);
  const fail = (message: string): bigint => {
    context.addIssue({ code: "custom", message });
    return 0n;
  };
  if (cents === null) return fail(`${field.label} must be an amount in dollars and cents, like 300,000 or 2500.50`);
  if (cents === 0n && !field.allowZero) return fail(`${field.label} must be more than $0`);
  return isNegative ? -cents : cents;
}

function isBlank(field: Field, values: Values): boolean {
  switch (field.kind) {
    case "day":
      return ["day", "month", "year"].every((part) => !text(values, `${field.name}-${part}`));
    case "choices":
    case "shares":
      return texts(values, field.name).length === 0;
    default:
      return text(values, field.name) === "";
  }
}

/** The input that an error of the field is shown at, and that the summary's link leads to. */
export const firstInput = (field: Field): string => (field.kind === "day" ? `${field.name}-day` : field.name);

function readDay(field: Field, values: Values, report: Report): Date | null {
  const [day, month, year] = ["day", "month", "year"].map((part) => text(values, `${field.name}-${part}`));
  const date = parseDay(day ?? "", month ?? "", year ?? "");
  if (!date) report(firstInput(field), `${field.label} must be a real date, like 1 7 2027`);
  return date;
}

function readShares(field: Extract<Field, { kind: "shares" }>, values: Values, lists: Lists, report: Report): Share[] {
  const known = new Set(optionsOf(field.options, lists).map((option) => option.value));
  const codes = texts(values, field.name).filter((code) => known.has(code));
  if (codes.length === 1) return codes.map((code) => ({ code, percent: 100 }));
  const shares = codes.map((code) => {
    const typed = text(values, `${field.name}-${code}`).replace(/\s*%$/, "");
    const percent = /^\d{1,3}$/.test(typed) ? Number(typed) : 0;
    if (percent < 1 || percent > 100) report(`${field.name}-${code}`, "Percentage must be a whole number from 1 to 100");
    return { code, percent };
  });
  const total = shares.reduce((sum, share) => sum + share.percent, 0);
  if (total !== 100) report(field.name, `Percentages must add up to 100; they add up to ${total}`);
  return shares;
}

/** How many rows a form sent: the highest index that any of its inputs names. */
export function countRows(name: string, values: Values): number {
  let count = 0;
  for (const key of Object.keys(values)) {
    const [start, index] = key.split(".");
    if (start === name && /^\d{1,4}$/.test(index ?? "")) count = Math.max(count, Number(index) + 1);
  }
  return count;
}

/** Rows that hold nothing are left out; `rowIndex` says where a row stood in the form. */
function readRows(field: Extract<Field, { kind: "rows" }>, values: Values, lists: Lists, report: Report): unknown[] {
  const rows: unknown[] = [];
  const count = countRows(field.name, values);
  for (let index = 0; index < count; index++) {
    const prefix = `${field.name}.${index}.`;
    if (field.columns.every((column) => isBlank({ ...column, name: prefix + column.name }, values))) continue;
    rows.push({ ...readFields(field.columns, values, lists, prefix, report), rowIndex: index });
  }
  if (rows.length < field.min) report(field.name, field.missing ?? `Add at least ${field.min} ${field.noun}`);
  if (rows.length > field.max) report(field.name, `There can be ${field.max} ${field.noun}s at most`);
  return rows;
}

/** An answer in words, a line each; none where it was not provided. */
export function describe(field: Field, answer: unknown, lists: Lists): string[] {
  if (answer === null || answer === undefined || answer === "") return [];
  const name = (value: string): string => {
    const options = "options" in field ? optionsOf(field.options, lists) : [];
    return options.find((option) => option.value === value)?.label ?? value;
  };
  switch (field.kind) {
    case "day":
      return [formatDay(answer as Date)];
    case "amount":
      return [formatCents(answer as bigint)];
    case "choice":
      return [name(answer as string)];
    case "choices":
      return (answer as string[]).map(name);
    case "confirm":
      return ["Confirmed"];
    case "shares":
      return (answer as Share[]).map(({ code, percent }) => `${name(code)} (${percent}%)`);
    case "rows":
      return (answer as Record<string, unknown>[]).map((row) =>
        field.columns.flatMap((column) => describeCell(column, row[column.name], lists)).join(" · "),
      );
    default:
      return [String(answer)];
  }
}

/** Amounts in a row say which column they are of. */
const describeCell = (column: Field, answer: unknown, lists: Lists): string[] =>
  describe(column, answer, lists).map((line) => (column.kind === "amount" ? `${column.label} ${line}` : line));

/** The sum of one column of amounts over parsed rows. */
export const sumColumn = (rows: readonly Record<string, unknown>[], column: string): bigint =>
  sumCents(rows.map((row) => (typeof row[column] === "bigint" ? row[column] : 0n)));
