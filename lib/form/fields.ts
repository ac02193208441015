/**
 * Every form of the portal is a list of fields, each described once. The list produces the inputs
 * (components/form/form.tsx), the checks on the server (parse.ts), the rows of "Check your answers", the print and the
 * export. Fields are plain data, so that a page can pass them to a form in the browser; this file imports nothing, so
 * that the browser can load it too.
 */
type Common = {
  name: string;
  label: string;
  hint?: string;
  optional?: true;
  /** What to do where an answer is missing: "Enter a title". */
  missing?: string;
  /**
   * In a released form: one field for each item of this series, whose texts are placeholders in braces (versions.ts).
   */
  each?: string;
};

export type Option = { value: string; label: string; hint?: string };
/** A field's options: written out, or the name of a list that the page looks up. */
export type Options = readonly Option[] | string;
/** Options that are no longer offered: an answer that holds one is still shown in words, but no longer accepted. */
type Retired = { retired?: readonly Option[] };

/** A lookup has no input: its value is what `table` has for the row's answers to `of`, joined by a space. */
export type Field = Common &
  (
    | { kind: "text"; charsMax?: number; width?: 5 | 10 | 20 }
    | { kind: "email" }
    | { kind: "longText"; wordsMax?: number; charsMax?: number; rows?: number }
    | { kind: "day" }
    | { kind: "whole"; min: number; max: number }
    | { kind: "amount"; allowZero?: true; allowNegative?: true }
    | ({ kind: "choice"; options: Options; layout?: "radios" | "select" } & Retired)
    | ({ kind: "choices"; options: Options } & Retired)
    | { kind: "confirm" }
    | ({ kind: "shares"; options: Options } & Retired)
    | { kind: "lookup"; of: readonly string[]; table: Readonly<Record<string, string>> }
    | {
        kind: "rows";
        noun: string;
        columns: readonly Field[];
        min: number;
        max: number;
        /** A choice among the columns: amounts are also totalled for each of its options. */
        sumBy?: string;
      }
  );

/** Options by the name of their list. */
export type Lists = Readonly<Record<string, readonly Option[]>>;
/** What was typed: input name to text, or to several texts where several inputs share a name. */
export type Values = Readonly<Record<string, string | readonly string[]>>;
export type FormState = {
  values: Values;
  /** Input name to message. */
  errors: Readonly<Record<string, string>>;
  /** What is wrong with the form as a whole. */
  problem?: string;
  /** What to know before sending it again, where nothing is wrong. */
  notice?: string;
  /** Additional fields, asked because of what was sent. */
  questions?: readonly Field[];
  /** The preview that was requested, made from what was typed. */
  shown?: string;
  /**
   * The revision that the form refers to from now on: somebody else changed the record meanwhile, and the reader was
   * told.
   */
  revision?: number;
  /** Counts answers, so that the same error twice takes focus twice. */
  answer?: number;
};
/** The hidden input with a mark of each field's value in the record that the page shows (markOf in merge.ts). */
export const CARRIED_RECORD = "unsent.record";
export const EMPTY_FORM: FormState = { values: {}, errors: {} };

/** A share of a whole in percent: { code, percent }. */
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
              ? (Answers<C> & { rowIndex: number })[]
              : F extends { kind: "lookup" }
                ? string | null
                : string;

/** The parsed answers to a list of fields: optional ones may be null. */
export type Answers<Fields extends readonly Field[]> = {
  [F in Fields[number] as F["name"]]: F extends { optional: true } ? AnswerOf<F> | null : AnswerOf<F>;
};

/** Answers as far as they can be read (readLeniently): lists may be empty, and anything else may be missing. */
export type Readable<All> = {
  [Name in keyof All]: All[Name] extends readonly unknown[] ? All[Name] : All[Name] | null;
};

/** What a table holds under a name from outside; undefined for names that every object has. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** An id as it appears in an address or a form. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const text = (values: Values, name: string): string => {
  const value = values[name];
  return (typeof value === "string" ? value : (value?.[0] ?? "")).trim();
};
export const texts = (values: Values, name: string): readonly string[] => {
  const value = values[name];
  if (value === undefined || value === "") return [];
  return typeof value === "string" ? [value] : value;
};

/** The input that shows a field's error, and that the link in the summary leads to. */
export const firstInput = (field: Field): string => (field.kind === "day" ? `${field.name}-day` : field.name);

/** A day as it is typed into the three inputs of its field. */
export const dayInputs = (name: string, day: Date): Record<string, string> => ({
  [`${name}-day`]: String(day.getUTCDate()),
  [`${name}-month`]: String(day.getUTCMonth() + 1),
  [`${name}-year`]: String(day.getUTCFullYear()),
});

/** The reason that a step asks for. `hint` says who reads it. */
export const reasonFields = (label: string, hint: string, missing = "Enter a reason") =>
  [
    { kind: "longText", name: "reason", label, hint, missing, wordsMax: 300, rows: 5 },
  ] as const satisfies readonly Field[];
export type Reason = Answers<ReturnType<typeof reasonFields>>;

/** What a form shows: its fields, its starting values, and its hidden inputs. */
export type StepForm = { fields: readonly Field[]; initial: Values; hidden?: Readonly<Record<string, string>> };
