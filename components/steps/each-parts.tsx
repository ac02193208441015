import type { SummaryRow } from "#components/ui/summary-list.tsx";
import { type Assessor, type Batch, type BatchRow, type Ready, standingOf } from "#lib/batches/queries.ts";
import { type BatchStep, dueAtOf, valuesOfRow } from "#lib/batches/schema.ts";
import { formatPhasing } from "#lib/budget/rules.ts";
import { delegationFor, formatDelegation, OUTCOMES } from "#lib/decisions/rules.ts";
import { listDelegations } from "#lib/deputies/queries.ts";
import { text, texts } from "#lib/form/fields.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import { formatDate, formatDeadline } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";

type PreviewProps = { actor: MfatActor; batch: Batch; row: BatchRow; assessors: readonly Assessor[] };

type EachPart = {
  /** What somebody needs to know to choose one of several. */
  what: (row: Ready, assessors: readonly Assessor[]) => string;
  /** What would be done for it, in addition to its letter. */
  preview: (props: PreviewProps) => SummaryRow[] | Promise<SummaryRow[]>;
  /** What was done. */
  done: (row: BatchRow) => string;
};

/** For each step that can be taken for several applications: how its pages show one of them. */
export const EACH: Record<BatchStep, EachPart> = {
  assignAssessors: { what: assessorsOf, preview: assigning, done: assigned },
  declineAsIneligible: {
    what: ({ requestedCents, stateSince }) =>
      `Requested: ${formatCents(requestedCents)}. Submitted, waiting since ${formatDate(stateSince)}`,
    preview: ({ row }) => [{ key: "Requested", value: formatCents(row.requestedCents) }],
    done: letterTo,
  },
  decline: {
    what: recommended,
    preview: declining,
    done: ({ recommendedCents }) => `${formatCents(recommendedCents ?? 0n)} was recommended`,
  },
  sendDecisionLetter: {
    what: (row) => `${recommended(row)}. Declined, waiting since ${formatDate(row.stateSince)}`,
    preview: ({ row }) => [{ key: "Recommended", value: recommended(row) }],
    done: letterTo,
  },
  sendOffer: {
    what: (row) => `Approved: ${approved(row)}`,
    preview: ({ row }) => {
      const dueAt = dueAtOf(row.values);
      return [
        { key: "Offered", value: approved(row) },
        { key: "Accept by", value: dueAt && formatDeadline(dueAt) },
      ];
    },
    done: ({ approvedCents, agency, values }) => {
      const dueAt = dueAtOf(values);
      const by = dueAt ? `, to accept by ${formatDeadline(dueAt)}` : "";
      return `${formatCents(approvedCents ?? 0n)} to ${agency.name}${by}`;
    },
  },
  putOnHold: {
    what: ({ state, stateSince }) => `${STATES[state].label} since ${formatDate(stateSince)}`,
    preview: ({ row }) => [{ key: "Reason (the agency reads this)", value: text(row.values, "reason") }],
    done: ({ agency }) => agency.name,
  },
  resume: {
    what: ({ state, heldAt }) => `${STATES[state].label}, on hold since ${heldAt && formatDate(heldAt)}`,
    preview: ({ row }) => [{ key: "On hold since", value: row.heldAt && formatDate(row.heldAt) }],
    done: ({ agency }) => agency.name,
  },
};

/** "$300,000.00 (2026/27 $300,000.00)". */
function approved({ approvedCents, phasing }: Pick<Ready, "approvedCents" | "phasing">): string {
  return `${formatCents(approvedCents ?? 0n)} (${formatPhasing(phasing.filter(({ kind }) => kind === "APPROVED"))})`;
}

function recommended({ recommendations: [current], recommendedCents, requestedCents }: Ready): string {
  const outcome = current ? OUTCOMES[current.outcome] : "No recommendation";
  return `${outcome}: ${formatCents(recommendedCents ?? 0n)} recommended of ${formatCents(requestedCents)} requested`;
}

function letterTo({ agency }: BatchRow): string {
  return `Letter to ${agency.name}`;
}

function assessorsOf(row: Ready, assessors: readonly Assessor[]): string {
  const names = standingOf(row).map((one) => assessors.find(({ id }) => id === one)?.name ?? "somebody");
  const count = `${names.length} of ${row.round.minimumAssessments} assessors assigned`;
  return names.length ? `${count}: ${new Intl.ListFormat("en-NZ").format(names)}` : count;
}

function assigning({ batch, row, assessors }: PreviewProps): SummaryRow[] {
  const { id, reference, values } = row;
  const dueAt = dueAtOf(values);
  const chosen = texts(values, "assessors");
  const leftOut = texts(valuesOfRow(batch.step, reference, batch.values), "assessors").filter(
    (one) => !chosen.includes(one),
  );
  const named = (ids: readonly string[], words: (assessor: Assessor) => string) =>
    assessors
      .filter((assessor) => ids.includes(assessor.id))
      .map((assessor) => (
        <span className="app-line" key={assessor.id}>
          {words(assessor)}
        </span>
      ));
  const without = named(leftOut, ({ name, obstacles }) => `${name} ${obstacles[id] ?? "could not be assigned"}`);
  return [
    {
      key: "Assigned now",
      value: named(chosen, ({ name, underWay, obstacles }) =>
        obstacles[id] ? `${name}, who ${obstacles[id]}` : `${name}, who has ${underWay || "none"} under way`,
      ),
    },
    ...(without.length ? [{ key: "Left out", value: without }] : []),
    { key: "Complete by", value: dueAt && formatDate(dueAt) },
  ];
}

function assigned({ values }: BatchRow): string {
  const dueAt = dueAtOf(values);
  const count = texts(values, "assessors").length;
  return `${count} ${count === 1 ? "assessor" : "assessors"}${dueAt ? `, complete by ${formatDate(dueAt)}` : ""}`;
}

/** Under whose delegation it is declined: a deputy's decision is recorded as made for the approver. */
async function declining({ actor, row }: PreviewProps): Promise<SummaryRow[]> {
  const { id, recommendedCents, values } = row;
  const held = delegationFor(await listDelegations(actor, id), recommendedCents ?? 0n);
  const whose = held?.of ? `As deputy for ${held.of.name}` : "Your own";
  return [
    { key: "Recommended", value: recommended(row) },
    { key: "Reason (MFAT reads this)", value: text(values, "reason") },
    { key: "Message to the agency, in its letter", value: text(values, "agencyText") },
    { key: "Delegation", value: held ? `${whose}, ${formatDelegation(held.limitCents)}` : "None" },
  ];
}
