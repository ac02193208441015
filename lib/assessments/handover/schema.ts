import { type Field, text, type Values } from "#lib/form/fields.ts";
import { formatDueDay } from "#lib/platform/dates.ts";

type Successor = { id: string; name: string };

/** An assessment that somebody has not completed, and who may assess the application instead. */
export type OpenAssessment = { applicationId: string; reference: string; dueOn: Date | null; successors: Successor[] };

/** In place of a person: the desk is asked to assign somebody. */
const DESK = "desk";

const inputOf = (name: string, { applicationId }: OpenAssessment): string => `${name}-${applicationId}`;

/** Who may assess all of these. */
const successorsOfAll = (open: readonly OpenAssessment[]): Successor[] =>
  (open[0]?.successors ?? []).filter(({ id }) =>
    open.every(({ successors }) => successors.some((one) => one.id === id)),
  );

const asOptions = (people: readonly Successor[]) => people.map(({ id: value, name: label }) => ({ value, label }));

/**
 * Who assesses instead: asked for each assessment that anybody can take over, and for several once for all of them. `name`: what
 * their inputs begin with. `when`: in which case it matters.
 */
export function handOverFields(all: readonly OpenAssessment[], name: string, when = ""): Field[] {
  const open = all.filter(({ successors }) => successors.length > 0);
  const forAll = open.length > 1 ? successorsOfAll(open) : [];
  const desk = "Leave blank to ask the desk to assign somebody";
  const common = { kind: "choice", layout: "select", optional: true } as const;
  const each = open.map((one): Field => {
    const due = one.dueOn ? `Due ${formatDueDay(one.dueOn)}` : "";
    const options = [
      ...asOptions(one.successors),
      ...(forAll.length ? [{ value: DESK, label: "Nobody yet: ask the desk" }] : []),
    ];
    const hint = [when, due, forAll.length ? "" : desk].filter(Boolean).join(". ");
    return {
      ...common,
      name: inputOf(name, one),
      label: `Who assesses ${one.reference} instead`,
      options,
      ...(hint && { hint }),
    };
  });
  if (!forAll.length) return each;
  const hint = [when, desk, "You can choose somebody else for single applications below"].filter(Boolean).join(". ");
  const label = `Who assesses all ${open.length} applications instead`;
  return [{ ...common, name, label, options: asOptions(forAll), hint }, ...each];
}

/** Who was chosen for an assessment, and at which input. Null: nobody, or the form did not ask, and the desk is asked instead. */
export function chosenFor(one: OpenAssessment, name: string, values: Values): { id: string; input: string } | null {
  const own = inputOf(name, one);
  if (values[own] === undefined) return null;
  const input = text(values, own) ? own : name;
  const id = text(values, input);
  return id && id !== DESK ? { id, input } : null;
}
