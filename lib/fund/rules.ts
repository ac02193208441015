import { z } from "zod";
import { text, texts, type Values } from "#lib/form/fields.ts";
import { type Parsed, parseFields } from "#lib/form/parse.ts";
import { atTime } from "#lib/platform/dates.ts";
import {
  CRITERIA_MAX,
  criterionFields,
  criterionInput,
  type KeptCriterion,
  type KeptRound,
  linesOf,
  SCORE_MAX,
} from "./schema.ts";

/** What is wrong with a round as a whole: input name to message. */
export function checkRound(round: KeptRound): Record<string, string> {
  const { opensOn, closesOn, closesTime, checklist, tellEmails } = round;
  const isTime = closesTime === null || /^([01]?\d|2[0-3]):[0-5]\d$/.test(closesTime);
  const wrong = linesOf(tellEmails).find((email) => !z.email().safeParse(email).success);
  return {
    ...(!isTime && { closesTime: "Closing time must be a time like 17:00" }),
    ...(closesTime && !closesOn && { "closesOn-day": "Enter the day it closes, or leave the closing time blank" }),
    ...(closesOn &&
      isTime &&
      atTime(closesOn, padTime(closesTime)) <= atTime(opensOn, "00:00") && {
        "closesOn-day": "The round must close after it opens",
      }),
    ...(linesOf(checklist).length > 20 && { checklist: "There can be 20 questions at most" }),
    ...(linesOf(checklist).some((line) => line.length > 200) && {
      checklist: "A question can have 200 characters at most",
    }),
    ...(wrong && { tellEmails: `“${wrong}” is not an email address. Enter one per line, like name@agency.govt.nz` }),
  };
}

/** A closing time as it was typed, of five characters; five in the afternoon where none was. */
export const padTime = (typed: string | null): string => (typed ?? "17:00").padStart(5, "0");

/** The criteria that a form holds. `sections`: those that a criterion may be about. */
export function parseCriteria(values: Values, sections: readonly string[]): Parsed<KeptCriterion[]> {
  const options = sections.map((value) => ({ value, label: value }));
  const named = Array.from({ length: CRITERIA_MAX }, (_, index) => index).filter((index) =>
    text(values, criterionInput(index, "name")),
  );
  const errors = Object.assign(
    {},
    ...named.map((index) => parseFields(criterionFields(index, options), values).errors),
  );
  const criteria = named.map((index) => ({
    name: text(values, criterionInput(index, "name")),
    weight: Number(text(values, criterionInput(index, "weight"))),
    anchors: anchorInputs(index).map((input) => text(values, input)),
    sections: [...texts(values, criterionInput(index, "sections"))],
  }));
  const all = { ...(Object.keys(errors).length === 0 && checkCriteria(criteria, named)), ...errors };
  return Object.keys(all).length ? { data: null, errors: all } : { data: criteria, errors: null };
}

const anchorInputs = (index: number): string[] =>
  Array.from({ length: SCORE_MAX + 1 }, (_, score) => criterionInput(index, `anchor${score}`));

/** What is wrong with criteria together: input name to message. `places`: where each stands in the form. */
function checkCriteria(criteria: readonly KeptCriterion[], places: readonly number[]): Record<string, string> {
  const first = places[0] ?? 0;
  if (criteria.length === 0) return { [criterionInput(first, "name")]: "Enter at least one criterion" };
  const twice = criteria.findIndex(({ name }, index) => criteria.findIndex((one) => one.name === name) < index);
  if (twice >= 0) {
    return { [criterionInput(places[twice] ?? 0, "name")]: "There is already a criterion with this name" };
  }
  const sum = criteria.reduce((total, { weight }) => total + weight, 0);
  return sum === 100 ? {} : { [criterionInput(first, "weight")]: `Weights must add up to 100; they add up to ${sum}` };
}

/** Whether a round takes applications at `now`, will, or did. closesAt null: open all year. */
export function roundStatus(round: { opensAt: Date; closesAt: Date | null }, now: Date): "open" | "coming" | "closed" {
  if (round.opensAt > now) return "coming";
  return round.closesAt && round.closesAt <= now ? "closed" : "open";
}
