import type { OpenAssessment } from "#lib/assessments/handover/schema.ts";
import { ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import { isAskedByName } from "#lib/lifecycle/rules.ts";

/** What a person may be responsible for, in addition to the tasks of their roles. */
export type Kind =
  | "looksAfter"
  | "assessments"
  | "questions"
  | "drafts"
  | "reports"
  | "changes"
  | "delegation"
  | "deputies";

/** `references`: the first few, where it concerns applications. */
export type Held = { kind: Kind; count: number; references: string[] };

/** One of their roles: what is waiting on them in it, and who else has it. */
type Office = { role: Role; tasks: number; others: string[] };

export type Leaving = {
  name: string;
  /** Null: at MFAT. */
  agencyId: string | null;
  agencyName: string | null;
  held: Held[];
  offices: Office[];
  /** The desk officers who remain. */
  officers: { id: string; name: string }[];
  /** Assessments that they have not completed, and who may assess each instead. */
  assessments: readonly OpenAssessment[];
  administrators: readonly string[];
};

/** `alone`: the text where nobody is left to take it over. */
const KINDS: Record<Kind, { label: string; outcome: string; alone?: string; href?: string }> = {
  looksAfter: { label: "Applications looked after", outcome: "You choose who takes them over" },
  assessments: {
    label: "Assessments assigned",
    outcome: "You choose who assesses them instead, or we ask the desk. We keep what they have written",
    alone: "Nobody else can assess them now, so we ask the desk. We keep what they have written",
  },
  questions: {
    label: "Questions to answer",
    outcome: "We ask the desk to withdraw or pass over them. It can then ask another adviser",
  },
  drafts: {
    label: "Drafts written",
    outcome: "They stay with the agency, and its other contributors can continue them",
    alone: "They stay with the agency, but no contributor is left to continue them",
  },
  reports: {
    label: "Reports to come",
    outcome: "The agency’s other contributors submit them",
    alone: "Nobody else at the agency can write them",
  },
  changes: {
    label: "Changes asked for",
    outcome: "Somebody else can still confirm or decline them",
    href: "/changes",
  },
  delegation: { label: "Change of their delegation", outcome: "It can no longer be confirmed", href: "/changes" },
  deputies: { label: "Deputies", outcome: "They end with the account. We email the other person", href: "#deputies" },
};

export type LeavingLine = { label: string; count: number; outcome: string; references: string[]; href?: string };

const inWords = (names: readonly string[]): string => new Intl.ListFormat("en-NZ").format(names);

/** What a person is responsible for, and what happens to it. */
export function leavingLines({ held, offices, assessments }: Leaving): LeavingLine[] {
  const order = Object.keys(KINDS) as Kind[];
  const isLast = offices.some(({ role, others }) => role === "CONTRIBUTOR" && others.length === 0);
  const isAlone = (kind: Kind) =>
    kind === "assessments" ? assessments.every(({ successors }) => !successors.length) : isLast;
  const own = order.flatMap((kind) => {
    const one = held.find((each) => each.kind === kind);
    const { alone, ...words } = KINDS[kind];
    const outcome = (isAlone(kind) && alone) || words.outcome;
    return one ? [{ ...words, outcome, count: one.count, references: one.references }] : [];
  });
  const tasks = offices
    .filter((one) => one.tasks > 0 && !isAskedByName(one.role))
    .map(({ role, tasks: count, others }) => ({
      label: `Tasks as ${ROLE_LABELS[role]}`,
      count,
      outcome: others.length ? `Also asked: ${inWords(others)}` : "Nobody else can do these",
      references: [],
    }));
  return [...own, ...tasks];
}

/** Roles that nobody would have any more, in words: what would then wait on nobody, and who to ask. */
export function nobodyLeft(leaving: Leaving, reader: "AGENCY" | "MFAT" = "MFAT"): string[] {
  const { agencyName, held, administrators } = leaving;
  return officesOfNobody(leaving).map(({ role, tasks }) => {
    const drafts = role === "CONTRIBUTOR" ? countOf(held, "drafts") + countOf(held, "reports") : 0;
    const waits = Math.max(tasks, drafts);
    const left = waits > 0 ? ` Nobody would be left to do their tasks (${waits}).` : "";
    const help =
      reader === "AGENCY"
        ? "Add that person first, or give somebody else the role."
        : agencyName
          ? "Ask the agency who it is now, and add that person under “People” first."
          : `Ask an administrator (${administrators.join(", ")}) to give somebody else the role first.`;
    return `${agencyName ?? "MFAT"} has no other ${ROLE_LABELS[role]}.${left} ${help}`;
  });
}

const OF_ROLE: Partial<Record<Kind, Role>> = {
  looksAfter: "DESK",
  assessments: "ASSESSOR",
  questions: "ADVISER",
  drafts: "CONTRIBUTOR",
  reports: "CONTRIBUTOR",
  delegation: "APPROVER",
  deputies: "APPROVER",
};

/** What depends on some of a person's roles: those that are taken away. */
export const onlyOf = (leaving: Leaving, roles: readonly Role[]): Leaving => ({
  ...leaving,
  held: leaving.held.filter(({ kind }) => roles.some((role) => role === OF_ROLE[kind])),
  offices: leaving.offices.filter(({ role }) => roles.includes(role)),
});

/** What somebody is asked by name, and in which role. */
export const ASKED_AS: Partial<Record<Kind, Role>> = { assessments: "ASSESSOR", questions: "ADVISER" };

/** What the desk asks somebody else to do once this person cannot. */
export const askedAgain = ({ held }: Leaving): Held[] => held.filter(({ kind }) => ASKED_AS[kind]);

/** What depends on somebody as one text, for a question in a form. */
export const leavingWords = (leaving: Leaving): string =>
  [
    ...nobodyLeft(leaving),
    ...leavingLines(leaving).map(({ label, count, references, outcome }) => {
      const more = count > references.length && references.length > 0 ? " and more" : "";
      return `${label}: ${references.length ? `${references.join(", ")}${more}` : count}. ${outcome}.`;
    }),
  ].join(" ");

/** An agency need not have a finance officer, and nothing waits on an auditor. */
export const officesOfNobody = ({ offices }: Leaving): Office[] =>
  offices.filter(
    ({ role, tasks, others }) => others.length === 0 && role !== "AUDITOR" && (role !== "FINANCE" || tasks > 0),
  );

/** Whether there is anything to tell when somebody leaves. */
export const isMissed = (leaving: Leaving): boolean =>
  leavingLines(leaving).length + officesOfNobody(leaving).length > 0;

export const countOf = (held: readonly Held[], kind: Kind): number => held.find((one) => one.kind === kind)?.count ?? 0;
