import { formatDelegation, isWithinDelegation, whoElse } from "#lib/decisions/rules.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { otherDuty } from "#lib/lifecycle/rules.ts";
import { defineSteps, type Obstacles, obstacle } from "#lib/lifecycle/steps.ts";
import type { DutyKind, VariationKind, VariationState } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";
import { approverOf, decliners, isChecked, variationName, waitsOnRole } from "./rules.ts";
import { DECLINE_VARIATION_FIELDS } from "./schema.ts";

/** The steps that change an arrangement. */
export const VARIATION_STEPS = defineSteps({
  askForVariation: {
    label: "Ask for a variation",
    event: "application.variationAskedFor",
    happened: "variation asked for",
    tellsAgency: true,
    from: { ACTIVE: ["CONTRIBUTOR"] },
    to: "stays",
    changes: ["Variation"],
    // Which of them is asked depends on its kinds.
    asksNext: [{ role: "DESK" }, { role: "BUDGET", duty: "CHECK_BUDGET" }],
    reason: "agency",
    fields: "own",
    back: ["cancelVariation"],
    isAside: true,
  },
  cancelVariation: {
    label: "Cancel the variation",
    event: "application.variationCancelled",
    happened: "variation cancelled",
    tellsAgency: true,
    from: { ACTIVE: ["CONTRIBUTOR"] },
    to: "stays",
    changes: ["Variation", "LedgerEntry"],
    fields: [],
    back: ["askForVariation"],
    isAside: true,
  },
  confirmVariation: {
    label: "Confirm budget of the variation",
    event: "application.variationConfirmed",
    happened: "budget of the variation confirmed",
    from: { ACTIVE: ["BUDGET"] },
    to: "stays",
    changes: ["Variation", "LedgerEntry"],
    // Which of them is asked depends on its kinds.
    asksNext: [{ role: "APPROVER", duty: "DECIDE", isForAnother: true }, { role: "DESK" }],
    fields: [],
    back: ["cancelVariation", "declineVariation"],
    days: 5,
  },
  // Which of these roles may take it depends on the variation's kinds.
  approveVariation: {
    label: "Approve the variation",
    event: "application.variationApproved",
    happened: "variation approved",
    tellsAgency: true,
    tellsFinance: true,
    from: { ACTIVE: ["DESK", "BUDGET", "APPROVER"] },
    to: "stays",
    changes: ["Variation", "Arrangement", "Condition", "Report", "LedgerEntry"],
    fields: [],
    back: ["askForVariation"],
    days: 10,
  },
  declineVariation: {
    label: "Decline the variation",
    event: "application.variationDeclined",
    happened: "variation declined",
    tellsAgency: true,
    from: { ACTIVE: ["DESK", "BUDGET", "APPROVER"] },
    to: "stays",
    changes: ["Variation", "LedgerEntry"],
    reason: "agency",
    fields: DECLINE_VARIATION_FIELDS,
    back: ["askForVariation"],
    isAside: true,
  },
});

type Varied = {
  /** The open variation; null: there is none. */
  open: { number: number; kinds: readonly VariationKind[]; state: VariationState; totalCents: bigint } | null;
  roles: ReadonlySet<Role>;
  /** The reader's duty for the application, if any. */
  held: DutyKind | undefined;
  /** As for a decision: how much the reader may decide, and who else may. */
  delegationCents: bigint | null | undefined;
  others: readonly string[];
  /** Why what was asked for no longer fits: a year has ended or closed, or has been paid from; null where it fits. */
  whyNoLongerFits: string | null;
};

/** The duties that come with taking part in a variation. */
const VARYING: Partial<Record<Role, DutyKind>> = { BUDGET: "CHECK_BUDGET", APPROVER: "DECIDE" };

/** The steps on a variation that the reader cannot take on the open one. */
export function obstaclesToVarying({
  open,
  roles,
  held,
  delegationCents,
  others,
  whyNoLongerFits,
}: Varied): Obstacles<keyof typeof VARIATION_STEPS> {
  if (!open) return { cancelVariation: null, confirmVariation: null, approveVariation: null, declineVariation: null };
  const { kinds, totalCents } = open;
  const [approver, next] = [approverOf(kinds), waitsOnRole(open)];
  const against = (role: Role): string | undefined => {
    const duty = VARYING[role];
    if (held && duty && held !== duty) return otherDuty(held);
    if (role !== "APPROVER" || isWithinDelegation(delegationCents, totalCents)) return undefined;
    return `The new total is ${formatCents(totalCents)}, and your delegation is ${formatDelegation(delegationCents)}. ${whoElse(others)}`;
  };
  const toApprove = next === approver ? against(approver) : "A budget officer needs to check the budget first.";
  const toDecline = against(roles.has(next) ? next : approver);
  return {
    askForVariation: `${variationName(open)}, is open. It needs to be decided or cancelled first.`,
    ...obstacle(
      "confirmVariation",
      isChecked(kinds) && next === "BUDGET" ? (whyNoLongerFits ?? against("BUDGET")) : null,
    ),
    ...obstacle("approveVariation", roles.has(approver) ? (whyNoLongerFits ?? toApprove) : null),
    ...obstacle("declineVariation", decliners(open).some((role) => roles.has(role)) ? toDecline : null),
  };
}
