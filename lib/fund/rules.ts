import { z } from "zod";
import { dayInputs, reasonFields, text, texts, type Values } from "#lib/form/fields.ts";
import { type Parsed, parseFields } from "#lib/form/parse.ts";
import { Questions } from "#lib/form/questions.ts";
import {
  addMonths,
  atTime,
  dayOf,
  formatDeadline,
  formatDueDay,
  formatTime,
  parseTime,
  timesOnDay,
} from "#lib/platform/dates.ts";
import { type DomainError, invalid } from "#lib/platform/errors.ts";
import { typedCents } from "#lib/platform/money.ts";
import { nameKey } from "#lib/platform/text.ts";
import {
  CRITERIA_MAX,
  closesEarlierField,
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
  const wrongTime = closesOn && checkTime(closesOn, closesTime);
  const closesAt = closesAtOf(round);
  const wrong = linesOf(tellEmails).find((email) => !z.email().safeParse(email).success);
  return {
    ...(wrongTime && { closesTime: wrongTime }),
    ...(closesTime && !closesOn && { "closesOn-day": "Enter the day it closes, or leave the closing time blank" }),
    ...(closesAt &&
      !wrongTime &&
      closesAt <= atTime(opensOn, "00:00") && { "closesOn-day": "The round must close after it opens" }),
    ...(linesOf(checklist).length > 20 && { checklist: "There can be 20 questions at most" }),
    ...(linesOf(checklist).some((line) => line.length > 200) && {
      checklist: "A question can have 200 characters at most",
    }),
    ...(wrong && { tellEmails: `“${wrong}” is not an email address. Enter one per line, like name@agency.govt.nz` }),
  };
}

/** 5:00 pm where no time was typed. */
const timeOf = (typed: string | null): string | null => parseTime(typed ?? "17:00");

/** When a round closes, as typed; null where it is open all year, or where its time cannot be read. */
export function closesAtOf({ closesOn, closesTime }: Pick<KeptRound, "closesOn" | "closesTime">): Date | null {
  const time = timeOf(closesTime);
  return closesOn && time ? atTime(closesOn, time) : null;
}

/** Why a round cannot close on a day at the typed time; null where it can. */
function checkTime(day: Date, typed: string | null): string | null {
  const time = timeOf(typed);
  if (!time) return "Enter a closing time, like 5 pm, 5:00 pm or 17:00";
  if (time === "00:00") {
    return `00:00 is midnight, when ${formatDueDay(day)} begins. Do you mean the end of that day? Enter 11:59 pm. To close as the day begins, choose the day before and 11:59 pm`;
  }
  const times = timesOnDay(day, time);
  const clock = formatTime(atTime(new Date(Date.UTC(2026, 6, 1)), time));
  if (times === 0) {
    return `There is no ${clock} on ${formatDueDay(day)}: clocks go forward from 2:00 am to 3:00 am. Enter a time before 2:00 am, or 3:00 am or later`;
  }
  return times === 1
    ? null
    : `${clock} comes twice on ${formatDueDay(day)}: clocks go back from 3:00 am to 2:00 am. Enter a time before 2:00 am, or 3:00 am or later`;
}

type Copied = {
  name: string;
  opensAt: Date;
  closesAt: Date | null;
  moneyCents: bigint | null;
  minimumAssessments: number;
  checklist: string[];
  tellEmails: string[];
};

/** A round as its form holds it. */
export const roundValues = (round: Copied): Values => ({
  name: round.name,
  ...dayInputs("opensOn", dayOf(round.opensAt)),
  ...(round.closesAt && { ...dayInputs("closesOn", dayOf(round.closesAt)), closesTime: formatTime(round.closesAt) }),
  money: round.moneyCents === null ? "" : typedCents(round.moneyCents),
  minimumAssessments: String(round.minimumAssessments),
  checklist: round.checklist.join("\n"),
  tellEmails: round.tellEmails.join("\n"),
});

/**
 * The same round a year later, as the starting values for a new one: its name with the next year, its days on working
 * days.
 */
export function valuesOfNextRound(round: Copied, workingDayFrom: (day: Date) => Date): Values {
  const later = (instant: Date) => workingDayFrom(addMonths(dayOf(instant), 12));
  const next = (year: string) => String(Number(year) + 1).padStart(year.length, "0");
  const name = round.name.replace(/\b(20\d\d)(?:\/(\d\d))?\b/g, (_all, year: string, end?: string) =>
    end ? `${next(year)}/${next(end).slice(-2)}` : next(year),
  );
  return {
    ...roundValues(round),
    name: name === round.name ? "" : name,
    ...dayInputs("opensOn", later(round.opensAt)),
    ...(round.closesAt && dayInputs("closesOn", later(round.closesAt))),
  };
}

/** The criteria in a form. `sections`: those that a criterion may be about. */
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

/** What is wrong with the criteria together: input name to message. `places`: the position of each in the form. */
function checkCriteria(criteria: readonly KeptCriterion[], places: readonly number[]): Record<string, string> {
  const first = places[0] ?? 0;
  if (criteria.length === 0) return { [criterionInput(first, "name")]: "Enter at least one criterion" };
  const twice = criteria.findIndex(
    ({ name }, index) => criteria.findIndex((one) => nameKey(one.name) === nameKey(name)) < index,
  );
  if (twice >= 0) {
    return { [criterionInput(places[twice] ?? 0, "name")]: "There is already a criterion with this name" };
  }
  const sum = criteria.reduce((total, { weight }) => total + weight, 0);
  return sum === 100 ? {} : { [criterionInput(first, "weight")]: `Weights must add up to 100; they add up to ${sum}` };
}

type Timed = { publishedAt: Date | null; opensAt: Date; closesAt: Date | null };
type Times = Pick<Timed, "opensAt" | "closesAt">;

export const isMoved = (before: Times, after: Times): boolean =>
  before.closesAt?.getTime() !== after.closesAt?.getTime();
/** Without a closing time, a round never closes. */
export const isEarlier = (before: Date | null, after: Date | null): boolean =>
  after !== null && (before === null || after < before);

/**
 * Why a round cannot get these times, and what to ask before it does. `written`: the number of applications that are
 * not submitted.
 */
export function whyNotMoved(
  before: Timed,
  after: Times,
  written: number,
  isSure: boolean,
  now: Date,
): DomainError | null {
  if (!before.publishedAt || written === 0) return null;
  const many = written === 1 ? "1 application" : `${written} applications`;
  if (after.opensAt > now && after.opensAt > before.opensAt) {
    return invalid({ "opensOn-day": `Agencies have started ${many} in this round, so it cannot open later` });
  }
  if (!after.closesAt || !isEarlier(before.closesAt, after.closesAt) || isSure) return null;
  const asked = closesEarlierField(
    `Close the round earlier, on ${formatDeadline(after.closesAt)}. ${many} in it ${written === 1 ? "is" : "are"} not submitted yet. We will email the people who write and sign off ${written === 1 ? "it" : "them"}`,
  );
  const problem = after.closesAt <= now ? "That time has passed" : "This gives agencies less time";
  return new Questions(
    { [asked.name]: `${problem}: ${many} in this round ${written === 1 ? "is" : "are"} not submitted yet` },
    [asked],
  );
}

/** Why a draft round cannot be published; null where it can. */
export function whyNotPublished({ publishedAt, closesAt }: Timed, now: Date): string | null {
  if (publishedAt) return "This round is published already.";
  return closesAt && closesAt <= now
    ? `This round would close on ${formatDeadline(closesAt)}, which has passed. Change its closing time first.`
    : null;
}

/** Why a round cannot be made a draft again. */
export function whyNotTakenBack({ publishedAt }: Pick<Timed, "publishedAt">, applications: number): string | null {
  if (!publishedAt) return "This round is a draft, so agencies cannot see it.";
  return applications === 0
    ? null
    : "An agency has started an application in this round, so it cannot be taken back. You can change its closing time instead.";
}

/**
 * Says that an application is scored on criteria other than its round's current ones; null where it is not. `own` null:
 * not accepted yet.
 */
export const measuredWords = (own: number | null, now: number): string | null =>
  own === null || own === now
    ? null
    : `Scored on version ${own} of the criteria. The round now has version ${now}, so you cannot compare its total with totals on version ${now}.`;

/**
 * Why a round's criteria cannot change yet: applications are scored on the current ones, and nobody has given a reason.
 */
export function whyNotNewCriteria(accepted: number, reason: string): DomainError | null {
  if (accepted === 0 || reason) return null;
  const many = accepted === 1 ? "1 application is" : `${accepted} applications are`;
  return new Questions(
    { reason: `Enter why the criteria change: ${many} assessed on the earlier criteria` },
    reasonFields(
      "Why the criteria change",
      `${many} assessed on the earlier criteria. This does not change. MFAT reads this`,
    ),
  );
}

/** Whether a round is open at `now`, will be, or was. closesAt null: open all year. */
export function roundStatus(round: Timed, now: Date): "draft" | "open" | "coming" | "closed" {
  if (!round.publishedAt) return "draft";
  if (round.opensAt > now) return "coming";
  return round.closesAt && round.closesAt <= now ? "closed" : "open";
}

/** Criteria, as their form holds them. */
export const criteriaValues = (criteria: readonly KeptCriterion[]): Values =>
  Object.assign(
    {},
    ...criteria.map(({ name, weight, anchors, sections }, index) => ({
      [criterionInput(index, "name")]: name,
      [criterionInput(index, "weight")]: String(weight),
      [criterionInput(index, "sections")]: sections,
      ...Object.fromEntries(anchors.map((anchor, score) => [criterionInput(index, `anchor${score}`), anchor])),
    })),
  );
