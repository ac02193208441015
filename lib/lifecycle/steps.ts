import type { Field } from "#lib/form/fields.ts";
import type { DutyKind, LetterKind, State } from "#lib/platform/db/generated/enums.ts";
import { kebabOf } from "#lib/platform/text.ts";
import type { Role } from "./permissions.ts";
import { isEnded, STATES } from "./states.ts";

/**
 * A step of the life of an application. Its row drives the button, the permission (`application:<key>`), the form, the
 * audit trail, the messages and the tests; it stands in the `steps.ts` of its domain, and all of them together are the
 * table (lib/workflow/steps.ts).
 */
export type StepRow = {
  label: string;
  /** The heading of its page and the text of links to it, if different from the label. */
  page?: string;
  /** The audit event. */
  event: `application.${string}`;
  /** Completes "…: <happened> by …" in a mail's subject and in the history. */
  happened: string;
  /** The states it may be taken in, and who may take it there. An empty list: a timed job. */
  from: Partial<Record<State, readonly Role[]>>;
  /** The state it leads to; "stays" leaves the state, "back" leads to where it was before. */
  to: State | "stays" | "back";
  /** Other states it may lead to, depending on the answers or on what has happened by then. */
  toAlso?: Partial<Record<State, State>>;
  /** Which guarded columns of the application and rows of other tables it may change. The database refuses all others. */
  changes?: readonly Held[];
  /**
   * What its form asks. "read": the fields depend on the application, and lib/workflow/forms/queries.ts reads them.
   * "own": its form is a component of its own (components/steps/step-parts.tsx).
   */
  fields: readonly Field[] | "read" | "own";
  /** The way back: the steps that undo it, or why nothing does. */
  back: readonly string[] | { none: NoWayBack };
  /** Who reads a reason. Agency: the applicant does. MFAT: it stays inside. */
  reason?: "agency" | "MFAT";
  /** The people who took part for the agency are told by mail, and read it in their history. */
  tellsAgency?: true;
  /** Before it left the telling to a later step it led to this state and told the agency, which still reads that. */
  toldOnceIn?: State;
  /** The people it was waiting on are told by mail: what they were asked has changed, or is not asked any more. */
  tellsAsked?: true;
  /** The agency sees it in its history, but those who took part are not emailed: it stays between its own people. */
  isAgencys?: true;
  /**
   * It asks somebody for the next step, so it is refused if nobody can take that: whoever the state it leads to waits on,
   * or, where it stays, one of these. Other steps go ahead regardless.
   */
  asksNext?: true | readonly Handover[];
  /** It may be taken while the application is on hold; "only": only then. */
  whileHeld?: true | "only";
  /** People take this step for themselves: it makes nobody's page stale and does not need a fresh one. */
  isOwn?: true;
  /** It ends the application, and its form says whether that can be undone. */
  isFinal?: true;
  /** It takes on the duty of the state that it is taken in, or this one. */
  takesDuty?: true | DutyKind;
  /** It may be taken for several applications at once (lib/batches). */
  isForSeveral?: true;
  /** It may be taken for several claims at once (lib/batches/claims). */
  isForClaims?: true;
  /** The text of a second button, which saves the form to be finished later. */
  later?: string;
  /** Never shown as the main thing to do. */
  isAside?: true;
  /** How many working days it usually takes from when it begins to wait; without it the last day is set. */
  days?: number;
  /** What happens next, for both sides, if the state does not change and cannot say so. */
  next?: string;
  /** These sides see its reason at the top of the application. */
  readFirst?: readonly ("AGENCY" | "MFAT")[];
  /** It sends this letter to the agency. */
  letter?: LetterKind;
  /** MFAT's decision rests on it: it read the version that was signed off last. */
  isReading?: true;
};

/** Whom a step hands on to: the office, and the duty that it takes on with the next step. */
export type Handover = {
  role: Role;
  duty?: DutyKind | undefined;
  /** The next step takes another person than this one, though no duty says so. */
  isForAnother?: true;
};

/** Whom a state waits on. */
const handoverIn = (state: State): Handover[] => {
  const { waitsOn: role, duty } = STATES[state];
  return role ? [{ role, duty }] : [];
};

/** Whom a step hands on to from a state: one of these, if it may lead to several states. `back`: where it would lead back to. */
export function handoversOf({ to, toAlso, asksNext }: StepRow, from: State, back?: State): readonly Handover[] {
  if (asksNext && asksNext !== true) return asksNext;
  const states = [to === "back" ? (back ?? []) : to === "stays" ? [] : to, toAlso?.[from] ?? []].flat();
  return states.filter((state) => !isEnded(state)).flatMap(handoverIn);
}

/** Whether who takes a step may take the next one as well. */
export function mayTakeNext({ takesDuty }: StepRow, from: State, { duty, isForAnother }: Handover): boolean {
  const own = takesDuty === true ? STATES[from].duty : takesDuty;
  return !isForAnother && (!own || !duty || own === duty);
}

/** Why a step cannot be undone. There are no other reasons. */
export const NO_WAY_BACK = {
  toldOutside: "The other side has been told. A later step can only tell them what changed.",
  moneyMoved: "Money has moved. A later entry in the ledger can correct it, and both stay.",
  promised: "MFAT has made a promise to the agency. Only a termination can end it.",
  laterAccount: "A later report or the acquittal says what was wrong.",
  stillOpen: "It does not close anything. Later steps can still decide differently.",
} as const;
export type NoWayBack = keyof typeof NO_WAY_BACK;

/** What the database lets a step alone change, and only one whose row names it (the migration "steps_held"). */
type Held =
  | "signOffFrom"
  | "versionNumber"
  | "submittedAt"
  | "criteriaVersion"
  | "heldAt"
  | "changesDueAt"
  | "recommendedCents"
  | "approvedCents"
  | "Recommendation"
  | "BudgetCheck"
  | "Decision"
  | "Phasing"
  | "Offer"
  | "Arrangement"
  | "Report"
  | "Acquittal"
  | "PreparedAcquittal"
  | "Claim"
  | "PaymentLine"
  | "Recovery"
  | "Accrual"
  | "Variation"
  | "Condition"
  | "Assessment"
  | "Advice"
  | "LaterInterest"
  | "LedgerEntry";

/** A row that knows its own key. */
export type Step = StepRow & { key: string };

/** The steps of a domain, each with its key. */
export function defineSteps<const Rows extends Record<string, StepRow>>(
  rows: Rows,
): { readonly [Key in keyof Rows & string]: Rows[Key] & { readonly key: Key } } {
  const keyed = Object.entries(rows).map(([key, row]) => [key, { ...row, key }]);
  return Object.fromEntries(keyed);
}

/** The address of a step's page. */
export const stepPath = (reference: string, key: string): string => `/applications/${reference}/${kebabOf(key)}`;

/** Whether an agency reads of a step: its own people took it, or it is addressed to them. `to`: the state it led to. */
export const isForAgency = (
  { tellsAgency, isAgencys, toldOnceIn }: Pick<StepRow, "tellsAgency" | "isAgencys" | "toldOnceIn">,
  to?: State | null,
): boolean => tellsAgency === true || isAgencys === true || (toldOnceIn !== undefined && toldOnceIn === to);

/** From the submission up to the offer. */
export const inReview = (roles: readonly Role[]) => ({
  SUBMITTED: roles,
  CHANGES_REQUESTED: roles,
  ASSESSMENT: roles,
  MODERATION: roles,
  BUDGET_CHECK: roles,
  DECISION: roles,
  APPROVED: roles,
  UNSUCCESSFUL: roles,
  OFFERED: roles,
});

/**
 * Why a step that state and role allow would still be refused, in a sentence. Steps that would succeed are left out.
 * Null: there is nothing to do it for, so the step is not mentioned.
 */
export type Obstacles<Key extends string = string> = { [K in Key]?: string | null };

/** What is in the way of one step; undefined if nothing is. */
export const obstacle = <Key extends string>(step: Key, sentence: string | null | undefined): Obstacles<Key> =>
  sentence === undefined ? {} : ({ [step]: sentence } as Obstacles<Key>);
