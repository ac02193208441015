import { type Field, text, type Values } from "#lib/form/fields.ts";
import { kebabOf } from "#lib/platform/text.ts";
import { STEP_KEYS, type StepsWith, stepRow } from "#lib/workflow/steps.ts";

/** The steps that may be taken for several claims at once, as their rows say. */
export type ClaimsStep = StepsWith<"isForClaims">;
export const CLAIMS_STEPS = STEP_KEYS.filter((step): step is ClaimsStep => stepRow(step).isForClaims === true);
export const isClaimsStep = (step: string): step is ClaimsStep => CLAIMS_STEPS.some((one) => one === step);

/** The step named in an address; null: none. */
export const findClaimsStep = (address: string): ClaimsStep | null =>
  CLAIMS_STEPS.find((step) => kebabOf(step) === address) ?? null;
export const claimsStepPath = (step: ClaimsStep): string => `/budget/claims/${kebabOf(step)}`;

/** The fields that apply to all claims at once: not the choice of a claim, and not a partial amount. */
export const commonFields = (step: ClaimsStep): readonly Field[] =>
  (stepRow(step).fields as readonly Field[]).filter(({ name }) => name !== "claim" && name !== "amount");

/** What was typed of them. */
export const commonValues = (step: ClaimsStep, values: Values): Record<string, string> =>
  Object.fromEntries(
    commonFields(step)
      .flatMap(({ kind, name }) =>
        kind === "day" ? ["day", "month", "year"].map((part) => `${name}-${part}`) : [name],
      )
      .map((input) => [input, text(values, input)]),
  );

type Words = {
  /** The heading, and the text of links to it. */
  title: string;
  /** The label of a tick, followed by the claim's reference. */
  tick: string;
  /** The button's label, followed by "3 claims". */
  submit: string;
  /** Completes "2 of 3 claims …". */
  done: string;
};

export const CLAIMS_WORDS: Record<ClaimsStep, Words> = {
  confirmWork: {
    title: "Confirm the work of several claims",
    tick: "Confirm the work of",
    submit: "Confirm the work of",
    done: "confirmed",
  },
  approveClaim: {
    title: "Approve several claims",
    tick: "Approve",
    submit: "Approve",
    done: "approved",
  },
  recordPayment: {
    title: "Record one payment for several claims",
    tick: "Paid:",
    submit: "Record the payment of",
    done: "paid",
  },
};
