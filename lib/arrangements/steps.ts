import { defineSteps, inReview, type Obstacles, obstacle } from "#lib/lifecycle/steps.ts";
import { type End, type EndByTwo, OWN_REOPENING, whyNotReopened, whyNotReopenedByTwo } from "./reopening/rules.ts";
import {
  ACCEPT_FIELDS,
  ASK_TO_REOPEN_FIELDS,
  CONFIRM_REOPENING_FIELDS,
  DECLINE_OFFER_FIELDS,
  DECLINE_REOPENING_FIELDS,
  HOLD_FIELDS,
  MOVE_LAST_DAY_FIELDS,
  OFFER_FIELDS,
  WITHDRAW_FIELDS,
  WITHDRAW_OFFER_FIELDS,
} from "./schema.ts";

/** The offer and its answer. */
export const OFFER_STEPS = defineSteps({
  sendOffer: {
    label: "Send offer",
    event: "application.offerSent",
    happened: "offer sent",
    tellsAgency: true,
    from: { APPROVED: ["DESK"] },
    to: "OFFERED",
    changes: ["Offer"],
    asksNext: true,
    fields: OFFER_FIELDS,
    back: ["withdrawOffer"],
    isForSeveral: true,
    days: 5,
    letter: "OFFER",
  },
  acceptOffer: {
    label: "Accept offer",
    event: "application.offerAccepted",
    happened: "offer accepted",
    tellsAgency: true,
    tellsFinance: true,
    from: { OFFERED: ["CERTIFIER"] },
    to: "ACTIVE",
    changes: ["Offer", "Arrangement", "Condition", "Report", "LedgerEntry"],
    fields: ACCEPT_FIELDS,
    back: { none: "promised" },
  },
  declineOffer: {
    label: "Decline offer",
    event: "application.offerDeclined",
    happened: "offer declined",
    tellsAgency: true,
    from: { OFFERED: ["CERTIFIER"] },
    to: "OFFER_DECLINED",
    changes: ["Offer", "LedgerEntry"],
    reason: "agency",
    isFinal: true,
    fields: DECLINE_OFFER_FIELDS,
    back: ["reopen"],
    isAside: true,
  },
  // The letter stays as it was sent: the day stored with the offer counts.
  moveLastDay: {
    label: "Move the last day",
    event: "application.lastDayMoved",
    happened: "last day of the offer moved",
    tellsAgency: true,
    tellsAsked: true,
    from: { OFFERED: ["DESK"] },
    to: "stays",
    changes: ["Offer"],
    reason: "agency",
    fields: MOVE_LAST_DAY_FIELDS,
    back: ["moveLastDay"],
    isAside: true,
  },
  withdrawOffer: {
    label: "Withdraw offer",
    event: "application.offerWithdrawn",
    happened: "offer withdrawn",
    tellsAgency: true,
    tellsAsked: true,
    from: { OFFERED: ["DESK"] },
    to: "APPROVED",
    changes: ["Offer"],
    reason: "agency",
    fields: WITHDRAW_OFFER_FIELDS,
    back: ["sendOffer"],
    isAside: true,
    readFirst: ["AGENCY", "MFAT"],
  },
  lapse: {
    label: "Lapse",
    event: "application.lapsed",
    happened: "lapsed",
    tellsAgency: true,
    from: { OFFERED: [] },
    to: "LAPSED",
    changes: ["Offer", "LedgerEntry"],
    isFinal: true,
    fields: [],
    back: ["reopen"],
  },
});

const HOLDABLE = { ...inReview(["DESK"]), ACTIVE: ["DESK"] } as const;

/** Who confirms for MFAT that an ended arrangement is reopened. */
export const CONFIRMERS = ["BUDGET", "APPROVER"] as const;

/** Steps that end or interrupt an application, and those that resume or reopen it. */
export const PAUSE_STEPS = defineSteps({
  withdraw: {
    label: "Withdraw",
    event: "application.withdrawn",
    happened: "withdrawn",
    tellsAgency: true,
    from: inReview(["CONTRIBUTOR", "CERTIFIER"]),
    to: "WITHDRAWN",
    changes: ["heldAt", "Offer", "LedgerEntry"],
    reason: "agency",
    whileHeld: true,
    isFinal: true,
    fields: WITHDRAW_FIELDS,
    back: ["reopen"],
    isAside: true,
  },
  // What was ended in error. A decline was a decision, and an arrangement has spent money: they have their own ways
  // back.
  reopen: {
    label: "Reopen",
    event: "application.reopened",
    happened: "reopened",
    tellsAgency: true,
    from: {
      DISCARDED: ["DESK"],
      INELIGIBLE: ["DESK"],
      WITHDRAWN: ["DESK"],
      OFFER_DECLINED: ["DESK"],
      LAPSED: ["DESK"],
    },
    to: "back",
    changes: ["heldAt", "Offer", "LedgerEntry"],
    asksNext: true,
    reason: "agency",
    fields: "read",
    back: ["discard", "declineAsIneligible", "declineOffer", "withdraw"],
    isAside: true,
    readFirst: ["AGENCY", "MFAT"],
  },
  // Arrangements that were ended in error: one person asks, another confirms.
  askToReopen: {
    label: "Ask to reopen",
    event: "application.reopeningAsked",
    happened: "reopening asked for",
    from: { TERMINATED: ["DESK"], CLOSED: ["DESK"] },
    to: "stays",
    reason: "MFAT",
    fields: ASK_TO_REOPEN_FIELDS,
    back: ["declineReopening"],
    isAside: true,
    next: "Another person, a budget officer or an approver, confirms or declines it. Nothing changes until then.",
  },
  confirmReopening: {
    label: "Confirm reopening",
    event: "application.reopeningConfirmed",
    happened: "reopening confirmed",
    tellsAgency: true,
    tellsFinance: true,
    from: { TERMINATED: CONFIRMERS, CLOSED: CONFIRMERS },
    to: "back",
    changes: ["Report", "LedgerEntry"],
    asksNext: true,
    reason: "agency",
    fields: CONFIRM_REOPENING_FIELDS,
    back: ["terminate", "close"],
    days: 5,
    readFirst: ["AGENCY", "MFAT"],
  },
  declineReopening: {
    label: "Decline reopening",
    event: "application.reopeningDeclined",
    happened: "reopening declined",
    from: { TERMINATED: ["DESK", ...CONFIRMERS], CLOSED: ["DESK", ...CONFIRMERS] },
    to: "stays",
    reason: "MFAT",
    fields: DECLINE_REOPENING_FIELDS,
    back: ["askToReopen"],
    isAside: true,
    next: "Nothing changes. The desk can ask again within 20 working days after it ended.",
  },
  putOnHold: {
    label: "Put on hold",
    event: "application.putOnHold",
    happened: "put on hold",
    tellsAgency: true,
    tellsFinance: true,
    from: HOLDABLE,
    to: "stays",
    changes: ["heldAt"],
    reason: "agency",
    fields: HOLD_FIELDS,
    isForSeveral: true,
    back: ["resume"],
    isAside: true,
  },
  resume: {
    label: "Resume",
    event: "application.resumed",
    happened: "resumed",
    tellsAgency: true,
    tellsFinance: true,
    from: HOLDABLE,
    to: "stays",
    changes: ["heldAt", "changesDueAt", "Offer", "Report", "Condition", "Assessment", "Advice"],
    whileHeld: "only",
    fields: [],
    isForSeveral: true,
    back: ["putOnHold"],
  },
});

/** The person who asked for a reopening cannot confirm it; whoever may ask or confirm can decline it. */
export function obstaclesToReopeningByTwo(
  end: EndByTwo | null,
  { personId, now }: { personId: string; now: Date },
): Obstacles<"askToReopen" | "confirmReopening" | "declineReopening"> {
  if (!end) return { askToReopen: null, confirmReopening: null, declineReopening: null };
  const why = whyNotReopenedByTwo(end, now);
  if (!end.asked) {
    return { ...(why && { askToReopen: why }), confirmReopening: null, declineReopening: null };
  }
  const own = end.asked.byId === personId ? OWN_REOPENING : null;
  return { askToReopen: null, ...((own || why) && { confirmReopening: own ?? why }) };
}

/** Not offered if there is no record of the state it ended in. */
export const obstaclesToReopening = (end: End | null, now: Date): Obstacles<"reopen"> =>
  obstacle("reopen", end && (whyNotReopened(end, now) ?? undefined));
