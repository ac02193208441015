import { type Field, text, texts, type Values } from "#lib/form/fields.ts";
import { endOfDay, parseDay } from "#lib/platform/dates.ts";
import { kebabOf } from "#lib/platform/text.ts";
import { joined } from "#lib/scenarios/schema.ts";
import { STEP_KEYS, STEPS, type StepsWith, stepRow } from "#lib/workflow/steps.ts";

/** The steps that may be taken for several applications at once, as their rows say. */
export type BatchStep = StepsWith<"isForSeveral">;
export const BATCH_STEPS = STEP_KEYS.filter((step): step is BatchStep => stepRow(step).isForSeveral === true);
export const isBatchStep = (step: string): step is BatchStep => BATCH_STEPS.some((one) => one === step);

/** The step named in an address; null: none. */
export const findBatchStep = (address: string): BatchStep | null =>
  BATCH_STEPS.find((step) => kebabOf(step) === address) ?? null;
export const batchPath = (step: BatchStep): string => `/work/${kebabOf(step)}`;

/** What each of them asks: the fields of its own form. */
export const batchFields = (step: BatchStep): readonly Field[] => STEPS[step].fields;

/** Whether it concerns assessors, who are not available for every application. */
export const namesAssessors = (step: BatchStep): boolean => batchFields(step).some(({ name }) => name === "assessors");

/** No page shows more applications than this, because they are previewed one by one. */
export const BATCH_MAX = 50;

type BatchWords = {
  /** The heading, and the text of the link on "My work". */
  title: string;
  /** The label of a tick, followed by the reference. */
  tick: string;
  submit: (count: number) => string;
  /** Completes "2 of 3 …". */
  done: string;
};

const initiatives = (count: number): string => (count === 1 ? "1 initiative" : `${count} initiatives`);
const applications = (count: number): string => (count === 1 ? "1 application" : `${count} applications`);

export const BATCH_WORDS: Record<BatchStep, BatchWords> = {
  assignAssessors: {
    title: "Assign assessors to several applications",
    tick: "Assign to",
    submit: (count) => `Assign assessors to ${applications(count)}`,
    done: "have their assessors",
  },
  declineAsIneligible: {
    title: "Decline several applications as ineligible",
    tick: "Decline as ineligible",
    submit: (count) => `Decline ${applications(count)} as ineligible`,
    done: "declined as ineligible",
  },
  decline: {
    title: "Decline several applications",
    tick: "Decline",
    submit: (count) => `Decline ${applications(count)}`,
    done: "declined",
  },
  sendDecisionLetter: {
    title: "Send decision letters to several agencies",
    tick: "Send the decision letter of",
    submit: (count) => `Send ${count === 1 ? "1 decision letter" : `${count} decision letters`}`,
    done: "decision letters sent",
  },
  sendOffer: {
    title: "Send offers to several applications",
    tick: "Send the offer of",
    submit: (count) => `Send ${count === 1 ? "1 offer" : `${count} offers`}`,
    done: "offers sent",
  },
  putOnHold: {
    title: "Put several initiatives on hold",
    tick: "Put on hold",
    submit: (count) => `Put ${initiatives(count)} on hold`,
    done: "put on hold",
  },
  resume: {
    title: "Resume several initiatives",
    tick: "Resume",
    submit: (count) => `Resume ${initiatives(count)}`,
    done: "resumed",
  },
};

/** The input for an answer that applies to one application only. */
export const ownInput = (name: string, reference: string): string => `${name}-${reference}`;

/** Days are the same for all; anything else may be answered for all, for one, or both. */
const mayBeOwn = ({ kind }: Field): boolean => kind !== "day";

/**
 * A field limited to its part of the answer: the text for all and the text for one are joined, within the limit of the
 * whole.
 */
const partOf = (field: Field, name: string, label: string): Field => ({
  ...field,
  ...(field.kind === "longText" && field.wordsMax && { wordsMax: field.wordsMax / 2 }),
  name,
  label: `${field.label}, ${label}`,
  optional: true,
});

const LEFT_OUT = "If somebody cannot be assigned to one of them, they are left out of it. The preview shows who";

/** The fields that are asked once. */
export const commonFields = (step: BatchStep): Field[] =>
  batchFields(step).map((field: Field) => {
    if (!mayBeOwn(field)) return field;
    const own = field.kind === "choices" ? LEFT_OUT : field.hint;
    const hint = [own, field.optional ? null : "Enter it here, or for each of them"].filter(Boolean).join(". ");
    return { ...partOf(field, field.name, "for all of them"), hint };
  });

/** The fields for one application only. */
export const ownFields = (step: BatchStep, reference: string): Field[] =>
  batchFields(step)
    .filter(mayBeOwn)
    .map(({ hint: _, ...field }: Field) => ({
      ...partOf(field as Field, ownInput(field.name, reference), `for ${reference} alone`),
      ...(field.kind === "longText" && { rows: 2 }),
    }));

/** What the step's own form would hold for one application: the answer for all, followed by its own. */
export function valuesOfRow(step: BatchStep, reference: string, values: Values): Values {
  const row: Record<string, string | readonly string[]> = {};
  for (const { kind, name } of batchFields(step)) {
    const own = ownInput(name, reference);
    if (kind === "day") {
      for (const part of ["day", "month", "year"]) row[`${name}-${part}`] = text(values, `${name}-${part}`);
    } else if (kind === "choices") row[name] = [...new Set([...texts(values, name), ...texts(values, own)])];
    else row[name] = joined(text(values, name), text(values, own));
  }
  return row;
}

/** The last second of a row's due date; undefined where it has none. */
export function dueAtOf(values: Values): Date | undefined {
  const [day = "", month = "", year = ""] = ["day", "month", "year"].map((part) => text(values, `dueOn-${part}`));
  const dueOn = parseDay(day, month, year);
  return dueOn ? endOfDay(dueOn) : undefined;
}

/**
 * Errors of the step's own form, moved to the inputs of this form: to the common one where no application has an
 * answer, otherwise to the row's own.
 */
export function errorsOfRows(
  step: BatchStep,
  rows: readonly { reference: string; errors: Readonly<Record<string, string>> }[],
): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { reference, errors: wrong } of rows) {
    for (const [input, message] of Object.entries(wrong)) {
      const isOwn = batchFields(step).some((field: Field) => field.name === input && mayBeOwn(field));
      const isOfAll = isOwn && rows.every((row) => input in row.errors);
      if (isOfAll) errors[input] = `${message} for all of them, or for each of them alone`;
      else if (isOwn) errors[ownInput(input, reference)] = `${message} for ${reference}`;
      else errors[input] ??= message;
    }
  }
  return errors;
}
