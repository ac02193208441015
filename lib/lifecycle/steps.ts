import type { Field } from "#lib/form/fields.ts";
import type { DutyKind, LetterKind, State } from "#lib/platform/db/generated/enums.ts";
import { kebabOf } from "#lib/platform/text.ts";
import type { Role } from "./permissions.ts";
import { isEnded, STATES } from "./states.ts";

/**
 * A step in the life of an application. Its row determines the button, the permission (`application:<key>`), the form,
 * the audit trail, the messages and the tests. It is in the `steps.ts` of its domain; all of them together are the
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
  /** The state it leads to; "stays" keeps the state, "back" leads to the state before. */
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
  /** Who reads the reason. Agency: the applicant does. MFAT: only people at MFAT. */
  reason?: "agency" | "MFAT";
  /** The agency's people who took part are told by email, and see it in their history. */
  tellsAgency?: true;
  /**
   * The state that this step led to when it still told the agency itself, which a later step does now. The agency still
   * sees those steps in its history.
   */
  toldOnceIn?: State;
  /** The people it was waiting on are told by email: what they were asked has changed, or is no longer asked. */
  tellsAsked?: true;
  /** The agency sees it in its history, but nobody is emailed: it is between its own people. */
  isAgencys?: true;
  /**
   * It asks somebody for the next step, so it is refused if nobody can take that: whoever the new state waits on or,
   * where the state stays, one of these. Other steps go ahead regardless.
   */
  asksNext?: true | readonly Handover[];
  /** It may be taken while the application is on hold; "only": at no other time. */
  whileHeld?: true | "only";
  /** People take this step on their own account: it makes nobody else's page stale, and does not need a fresh one. */
  isOwn?: true;
  /** It ends the application, and its form says whether that can be undone. */
  isFinal?: true;
  /** It takes on the duty of the state it is taken in, or this one. */
  takesDuty?: true | DutyKind;
  /** It may be taken for several applications at once (lib/batches). */
  isForSeveral?: true;
  /** It may be taken for several claims at once (lib/batches/claims). */
  isForClaims?: true;
  /** The text of a second button, which saves the form to be finished later. */
  later?: string;
  /** Never shown as the main thing to do. */
  isAside?: true;
  /** How many working days it usually takes once it is waiting; undefined where it has a set due date. */
  days?: number;
  /** What happens next, for both sides, where the state does not change and so cannot say. */
  next?: string;
  /** These sides see its reason at the top of the application. */
  readFirst?: readonly ("AGENCY" | "MFAT")[];
  /** The agency's finance officers are told as well, whether or not they took part: what they can claim begins, stops or ends. */
  tellsFinance?: true;
  /** It sends this letter to the agency. */
  letter?: LetterKind;
  /** MFAT's decision is based on it: it read the version that was signed off last. */
  isReading?: true;
};

/** Who a step hands on to: the office, and the duty of the next step. */
export type Handover = {
  role: Role;
  duty?: DutyKind | undefined;
  /** The next step needs a different person than this one, although no duty says so. */
  isForAnother?: true;
};

/** Who a state is waiting on. */
const handoverIn = (state: State): Handover[] => {
  const { waitsOn: role, duty } = STATES[state];
  return role ? [{ role, duty }] : [];
};

/**
 * Who a step hands on to from a state: one of these, if it may lead to several states. `back`: the state it would lead
 * back to.
 */
export function handoversOf({ to, toAlso, asksNext }: StepRow, from: State, back?: State): readonly Handover[] {
  if (asksNext && asksNext !== true) return asksNext;
  const states = [to === "back" ? (back ?? []) : to === "stays" ? [] : to, toAlso?.[from] ?? []].flat();
  return states.filter((state) => !isEnded(state)).flatMap(handoverIn);
}

/** Whether the person who takes a step may take the next one as well. */
export function mayTakeNext({ takesDuty }: StepRow, from: State, { duty, isForAnother }: Handover): boolean {
  const own = takesDuty === true ? STATES[from].duty : takesDuty;
  return !isForAnother && (!own || !duty || own === duty);
}

/** The reasons why a step cannot be undone. There are no others. */
export const NO_WAY_BACK = {
  toldOutside: "The other side has been told. A later step can only tell them what changed.",
  moneyMoved: "Money has moved. A later entry in the ledger can correct it, and both stay.",
  promised: "MFAT has made a promise to the agency. Only a termination can end it.",
  laterAccount: "A later report or the acquittal says what was wrong.",
  stillOpen: "It does not close anything. Later steps can still decide differently.",
} as const;
export type NoWayBack = keyof typeof NO_WAY_BACK;

/** What the database only lets a step change, and only a step whose row names it (the migration "steps_held"). */
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

/**
 * Whether an agency sees a step in its history: its own people took it, or it is addressed to them. `to`: the state it
 * led to.
 */
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
 * Null: it has nothing to apply to, so the step is not shown.
 */
export type Obstacles<Key extends string = string> = { [K in Key]?: string | null };

/** What prevents a step; undefined if nothing does. */
export const obstacle = <Key extends string>(step: Key, sentence: string | null | undefined): Obstacles<Key> =>
  sentence === undefined ? {} : ({ [step]: sentence } as Obstacles<Key>);
