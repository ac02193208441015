import { type Field, type Option, reasonFields, text, type Values } from "#lib/form/fields.ts";
import type { CheckAnswer } from "#lib/platform/db/generated/enums.ts";

const READ_BY_MFAT = "MFAT reads this";

export const RETURN_FIELDS = reasonFields("What needs to change", "The contributor reads this");
export const INELIGIBLE_FIELDS = reasonFields("Why it is ineligible", "The agency reads this");

const CHECK_ANSWERS: Record<CheckAnswer, string> = { YES: "Yes", NO: "No", NOT_APPLICABLE: "Not applicable" };
export const checkLabel = (answer: CheckAnswer | null): string => (answer ? CHECK_ANSWERS[answer] : "Not answered yet");
const CHECK_OPTIONS: readonly Option[] = Object.entries(CHECK_ANSWERS).map(([value, label]) => ({ value, label }));

/** The names of the two inputs for a question of the screening checklist. */
export const checkInput = (position: number): string => `check-${position}`;
export const noteInput = (position: number): string => `note-${position}`;

/** The screening checklist of a round: an answer to each question, and a note where there is something to say. */
export const screeningFields = (checklist: readonly string[]): Field[] =>
  checklist.flatMap((question, position): Field[] => [
    {
      kind: "choice",
      name: checkInput(position),
      label: question,
      missing: `Answer “${question}”`,
      options: CHECK_OPTIONS,
    },
    {
      kind: "longText",
      name: noteInput(position),
      label: `Note on “${question}”`,
      hint: READ_BY_MFAT,
      optional: true,
      wordsMax: 100,
      rows: 2,
    },
  ]);

export type Check = { position: number; question: string; answer: CheckAnswer | null; note: string };

/** The checklist as its form holds it, however far it has come. */
export const checksOf = (checklist: readonly string[], values: Values): Check[] =>
  checklist.map((question, position) => {
    const typed = text(values, checkInput(position));
    const answer = Object.hasOwn(CHECK_ANSWERS, typed) ? (typed as CheckAnswer) : null;
    return { position, question, answer, note: text(values, noteInput(position)) };
  });

/** A checklist with a “No” cannot be accepted: input name to message. */
export const refusedChecks = (checks: readonly Check[]): Record<string, string> =>
  Object.fromEntries(
    checks
      .filter(({ answer }) => answer === "NO")
      .map(({ position }) => [
        checkInput(position),
        "If the answer is no, ask for changes or decline it as ineligible instead",
      ]),
  );

/** What the fund cannot pay for, asked before anything has to be typed: `because` completes “You told us that”. */
export const ELIGIBILITY = {
  isPacific: {
    label: "Is it for the security of one or more Pacific Island countries?",
    because: "it is not for the security of a Pacific Island country, which is what the fund is for",
  },
  isOwn: {
    label: "Will your agency be responsible for it?",
    hint: "Others may do some of the work",
    because:
      "your agency will not be responsible for it. The agency that is responsible for the initiative, its money and its reports must apply",
  },
  hasPartner: {
    label: "Can you name an organisation in the Pacific that asked for it or agreed to it?",
    because:
      "you cannot name an organisation in the Pacific that asked for it or agreed to it, which every application must do",
  },
  isHoldable: {
    label: "Will all the information in your application be IN-CONFIDENCE or below?",
    hint: "The portal cannot hold information with a higher marking",
    because:
      "some of the information is above IN-CONFIDENCE, which the portal cannot hold. The fund desk can tell you how to send it",
  },
} as const;

export type EligibilityKey = keyof typeof ELIGIBILITY;
const ELIGIBILITY_KEYS = Object.keys(ELIGIBILITY) as EligibilityKey[];

/** The keys of the questions answered with “No”. */
export const ineligibleFor = (values: Values): EligibilityKey[] =>
  ELIGIBILITY_KEYS.filter((key) => text(values, key) === "no");

/** The answers of the form that starts an application, for the address of the page that leads back to it. */
export const answersInAddress = (values: Values): string =>
  new URLSearchParams(
    CREATE_FIELDS.flatMap(({ name }) => (text(values, name) ? [[name, text(values, name)]] : [])),
  ).toString();

const ELIGIBILITY_FIELDS = Object.entries(ELIGIBILITY).map(
  ([name, { label, ...more }]): Field => ({
    kind: "choice",
    name,
    label,
    ...("hint" in more && { hint: more.hint }),
    missing: `Select yes or no: ${label}`,
    options: [
      { value: "yes", label: "Yes" },
      { value: "no", label: "No" },
    ],
  }),
);

/** `rounds` and `earlier`: the open rounds and the agency's applications, which the page looks up. */
export const CREATE_FIELDS: readonly Field[] = [
  ...ELIGIBILITY_FIELDS,
  { kind: "choice", name: "round", label: "Round", missing: "Choose a round", options: "rounds" },
  {
    kind: "choice",
    layout: "select",
    name: "copyOf",
    label: "Copy answers from an earlier application",
    hint: "We do not copy dates, confirmations and files",
    optional: true,
    options: "earlier",
  },
];
