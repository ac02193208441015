import type { Field } from "#lib/form/fields.ts";
import type { LetterKind, State } from "#lib/platform/db/generated/enums.ts";
import { kebabOf } from "#lib/platform/text.ts";
import type { Role } from "./permissions.ts";

/**
 * A step of the life of an application. Its row drives the button, the permission (`application:<key>`), the form, the
 * audit trail, the messages and the tests; it stands in the `steps.ts` of its domain, and all of them together are the
 * table (lib/workflow/steps.ts).
 */
export type StepRow = {
  label: string;
  /** The heading of its page and the words of every link to it, where they are not the label's. */
  page?: string;
  /** The audit event. */
  event: `application.${string}`;
  /** Completes "…: <happened> by …" in a mail's subject and in the history. */
  happened: string;
  /** The states it may be taken in, and who may take it there. An empty list: a timed job. */
  from: Partial<Record<State, readonly Role[]>>;
  /** The state it leads to; "stays" leaves the state, "back" leads to where the sign-off came from. */
  to: State | "stays" | "back";
  /**
   * What its form asks. "read": what that is follows from what the application holds, and lib/workflow/queries.ts reads it.
   * "own": its form is a component of its own (components/steps/step-parts.tsx).
   */
  fields: readonly Field[] | "read" | "own";
  /** The way back: the steps that undo it, or why there is none. */
  back: readonly string[] | { none: string };
  /** Whom a reason is for. Agency: the applicant reads it. MFAT: it stays inside. */
  reason?: "agency" | "MFAT";
  /** The people who took part for the agency are told by mail, and read it in their history. */
  tellsAgency?: true;
  /** The agency reads it in its history though nobody is told: it stays among its own people. */
  isAgencys?: true;
  /** It asks somebody for the next step: refused where nobody may take that. Others go ahead all the same. */
  asksNext?: true;
  /** It may be taken while the application is on hold; "only": only then. */
  whileHeld?: true | "only";
  /** Each takes this step for themselves: it makes nobody's page stale, and needs none that is fresh. */
  isOwn?: true;
  /** It cannot be undone, and its form says so. */
  isFinal?: true;
  /** It takes on the duty of the state that it is taken in. */
  takesDuty?: true;
  /** It may be taken for several applications at once (lib/batches). */
  isForSeveral?: true;
  /** The words of a second button, which keeps what there is of its form to be finished later. */
  later?: string;
  /** Always a second thought: never the first thing to do. */
  isAside?: true;
  /** How many working days it usually takes from when it begins to wait; without it the last day is set. */
  days?: number;
  /** What comes next, to both sides, where the state stays and does not say it. */
  next?: string;
  /** Its reason is read before anything else is done, by these sides. */
  readFirst?: readonly ("AGENCY" | "MFAT")[];
  /** It sends this letter to the agency. */
  letter?: LetterKind;
  /** MFAT's decision rests on it: it read the version that was signed off last. */
  isReading?: true;
};

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

/** Whether an agency reads of a step: its own people took it, or it is addressed to them. */
export const isForAgency = ({ tellsAgency, isAgencys }: Pick<StepRow, "tellsAgency" | "isAgencys">): boolean =>
  tellsAgency === true || isAgencys === true;

/** From the submission up to the offer. */
export const inReview = (roles: readonly Role[]) => ({
  SUBMITTED: roles,
  CHANGES_REQUESTED: roles,
  ASSESSMENT: roles,
  MODERATION: roles,
  BUDGET_CHECK: roles,
  DECISION: roles,
  APPROVED: roles,
  OFFERED: roles,
});

/**
 * Why a step that state and role allow would still be refused, in a sentence; steps that would be taken are not named.
 * Null: there is nothing that it could be about, so it is not spoken of.
 */
export type Obstacles<Key extends string = string> = { [K in Key]?: string | null };

/** The obstacle of one step; undefined: there is none. */
export const obstacle = <Key extends string>(step: Key, sentence: string | null | undefined): Obstacles<Key> =>
  sentence === undefined ? {} : ({ [step]: sentence } as Obstacles<Key>);
